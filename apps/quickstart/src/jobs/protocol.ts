import type { Recognition } from '../evaluate.js'
import type { ExportedNetwork } from '../onnx/verify.js'
import type { Outcome } from '../run.js'

/** One thing for a worker to do. */
export type Job = UntrainedJob | TrainingJob

/** Measure the front end alone. */
interface UntrainedJob {
  readonly kind: 'untrained'
}

/** Train and measure one loss from one seed. */
interface TrainingJob {
  readonly kind: 'training'
  /** Key of the experiment: a loss's formulas travel as data, but the worker has them anyway. */
  readonly loss: string
  readonly seed: number
  readonly epochs: number
  /** Whether the trained network is written as an ONNX model. */
  readonly exported: boolean
}

/** How a job is doing; angles in degrees. */
export interface Progress {
  readonly step: number
  readonly steps: number
  readonly loss: number
  /** None where the loss has no class weights. */
  readonly targetAngle?: number
}

/** What a worker says. */
export type Reply =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'untrained'; readonly recognition: Recognition }
  | { readonly kind: 'trained'; readonly outcome: Outcome; readonly network?: ExportedNetwork }
