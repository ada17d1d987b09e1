import type { DataKind } from '../data/write.js'
import type { Machine } from '../machine.js'
import type { Roofs } from '../roofline/roofs.js'
import { type Sweep, sweepsOf } from '../sweeps.js'
import { byContender, type Results } from './results.js'

/** One contender on one shape: medians in ms a step, memory in MB (2^20 bytes). */
interface Row {
  readonly suite: string
  readonly engine: string
  readonly shape: string
  readonly threads: number
  readonly wallMs: number
  /** Of all threads together. */
  readonly cpuMs: number
  readonly peakMb: number
  /** Of buffers on a GPU. */
  readonly gpuMb?: number
  /** Relative to float64, in the Frobenius norm. */
  readonly errorDx: number
  readonly errorDw: number
  readonly fastestMs: number
  readonly slowestMs: number
  readonly turns: number
}

/** What `--json` writes. */
export interface Report {
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly data: DataKind
  /** GFLOP/s of one thread, and of the GPU where an engine runs on one. */
  readonly roofs: Roofs
  readonly rows: readonly Row[]
  /** Empty but for the suite `scale`. */
  readonly sweeps: readonly Sweep[]
}

/** The results as plain data. */
export const jsonReport = (results: Results): Report => {
  const { suite, machine, versions, data, roofs, measurements } = results
  const rows = measurements.map(
    (one): Row => ({
      suite: suite.name,
      engine: one.engine.name,
      shape: one.shape.name,
      threads: one.threads,
      wallMs: one.wall.median,
      cpuMs: one.cpu.median,
      peakMb: one.peakMb,
      ...(one.gpuMb === undefined ? {} : { gpuMb: one.gpuMb }),
      errorDx: one.errorDx,
      errorDw: one.errorDw,
      fastestMs: one.wall.fastest,
      slowestMs: one.wall.slowest,
      turns: one.turns,
    }),
  )
  const sweeps = suite.sweep ? byContender(measurements).flatMap(sweepsOf) : []
  return { machine, versions, data, roofs, rows, sweeps }
}
