import type { Machine } from '../machine.js'
import type { Roofs } from '../roofline/roofs.js'
import type { Results } from './results.js'

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
  /** Relative to float64, of gradients in the Frobenius norm. */
  /** Whether the same step gave the same bits again, where that was tried. */
  readonly sameBits?: boolean
  readonly errorLoss: number
  readonly errorDx: number
  readonly errorDw: number
}

/** What `--json` writes. */
export interface Report {
  /** `roofs`: GFLOP/s of one thread, or of the GPU; and what a second thread is worth. */
  readonly machine: Machine & { readonly roofs: Roofs }
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly Row[]
}

/** The results as plain data. */
export const jsonReport = ({ suite, machine, versions, roofs, measurements }: Results): Report => ({
  machine: { ...machine, roofs },
  versions,
  rows: measurements.map(
    ({ engine, shape, threads, wall, cpu, peakMb, gpuMb, sameBits, ...one }): Row => ({
      suite: suite.name,
      engine: engine.name,
      shape: shape.name,
      threads,
      wallMs: wall.median,
      cpuMs: cpu.median,
      peakMb,
      ...(gpuMb === undefined ? {} : { gpuMb }),
      ...(sameBits === undefined ? {} : { sameBits }),
      errorLoss: one.errorLoss,
      errorDx: one.errorDx,
      errorDw: one.errorDw,
    }),
  ),
})
