import type { Shape } from '../shapes.js'

/** What the process of an engine is asked to run. */
export interface Task {
  readonly shape: Shape
  readonly threads: number
  /** Where the problem's files are. */
  readonly folder: string
  /** The program of the page, of an engine in a browser. */
  readonly program?: string
}

/** Both gradients of the last step. */
export interface Gradients {
  readonly embeddings: Float32Array | Float64Array
  readonly classWeights: Float32Array | Float64Array
  /** The classes that `classWeights` is of, where it is not of all. */
  readonly classes?: readonly number[]
  /** Whether the same step gave the same bits again, where that was tried. */
  readonly sameBits?: boolean
}

/** An engine with its problem in memory. */
export interface RunningEngine {
  /** Versions of the libraries that do the work, by name. */
  readonly versions: Readonly<Record<string, string>>
  /** One training-head step: embeddings, class weights and labels to loss and both gradients. Returns the mean loss. */
  step(): number | Promise<number>
  gradients(): Gradients | Promise<Gradients>
  /** Most MB (2^20 bytes) in buffers of a GPU; engines on one have it. */
  gpuMb?(): number
  /** Ends what else was started, where something was. */
  close?(): Promise<void>
}

/** Each file of this folder that runs in Node exports one: everything that need not be done again in every step. */
export type Prepare = (task: Task) => RunningEngine | Promise<RunningEngine>
