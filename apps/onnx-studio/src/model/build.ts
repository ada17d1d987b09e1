import type { Loss } from '@arcmargin/core'
import {
  type DecodedModel,
  exportGradients,
  exportLogits,
  exportLoss,
  exportTrainingStep,
  type Optimizer,
} from '@arcmargin/onnx'

/** What the drawn graph computes. */
export const kinds = {
  'training-step': 'Training step',
  gradients: 'Loss and gradients',
  loss: 'Loss',
  logits: 'Scores (inference)',
} as const

/** A key of {@link kinds}. */
export type Kind = keyof typeof kinds

/** How a visitor wants the graph. */
export interface GraphChoice {
  readonly kind: Kind
  readonly optimizer: Optimizer['kind']
  readonly subCenters: number
  /** Whether the logits of the blocks are kept for the backward pass, or computed again. */
  readonly keepLogits: boolean
}

/** The sizes that a graph is made for. */
export interface Sizes {
  readonly dimension: number
  readonly classes: number
}

/** A graph as a file. */
export interface Built {
  readonly bytes: Uint8Array
  readonly model: DecodedModel
}

/** Several blocks, so that the streaming is to be seen. */
const blocks = 3

const momentum = 0.9

/** Exports a loss as the chosen kind of graph. */
export const build = (
  loss: Loss,
  { kind, optimizer, subCenters, keepLogits }: GraphChoice,
  sizes: Sizes,
): Built => {
  const base = { ...sizes, subCenters }
  if (kind === 'logits') return exportLogits(loss, { ...base, topK: Math.min(5, sizes.classes) })
  const options = { ...base, keepLogits, blockSize: Math.ceil(sizes.classes / blocks) }
  if (kind === 'loss') return exportLoss(loss, options)
  if (kind === 'gradients') return exportGradients(loss, options)
  const rule: Optimizer = optimizer === 'sgd' ? { kind: 'sgd', momentum } : { kind: optimizer }
  return exportTrainingStep(loss, { ...options, optimizer: rule })
}
