import type { Loss } from '@arcmargin/core'
import { type ExportedModel, finishModel } from './model.js'
import type { LogitsOptions } from './options.js'
import { buildScores } from './scores.js'

/**
 * Inference: the cosine of each embedding with each class, without margin; the largest over a class's sub-centers.
 *
 * Inputs `embeddings` [N, D] and, unless they are in the file (then normalised), `classWeights`. Output `scores` [N, C]; with
 * `topK` the outputs `topScores` [N, k] and `topClasses` [N, k] int64, best first.
 *
 * @throws ParameterError, ShapeError naming the option; NonFiniteError naming the class of a weight.
 */
export const exportLogits = (loss: Loss, options: LogitsOptions): ExportedModel => {
  const { builder, external } = buildScores(options)
  return finishModel(builder, loss, 'logits', options, external)
}
