import type { Engine } from '../engines/all.js'
import type { Shape } from '../shapes.js'
import type { Summary } from './statistics.js'

/** An engine with a number of threads. */
export interface Contender {
  readonly engine: Engine
  readonly threads: number
}

/** What is known of one contender on one shape. Times are ms a step, memory is in MB, errors are relative. */
export interface Measurement extends Contender {
  readonly shape: Shape
  readonly turns: number
  readonly wall: Summary
  readonly cpu: Summary
  readonly peakMb: number
  /** Of buffers on a GPU, where the engine runs on one. */
  readonly gpuMb?: number
  /** Whether the same step gave the same bits again, where that was tried. */
  readonly sameBits?: boolean
  readonly errorLoss: number
  readonly errorDx: number
  readonly errorDw: number
}

/** A contender that yields no numbers, and why. */
export interface Absence extends Contender {
  readonly shape: Shape
  readonly reason: string
  /** Whether it should have worked. */
  readonly failed: boolean
}

/** A contender in words. */
export const titleOf = ({ engine, threads }: Contender): string =>
  engine.threads.length > 1
    ? `${engine.name}, ${threads} thread${threads > 1 ? 's' : ''}`
    : engine.name
