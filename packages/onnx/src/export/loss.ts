import type { Loss } from '@arcmargin/core'
import { type ExportedModel, finishModel } from './model.js'
import type { LossExportOptions } from './options.js'
import { buildHead } from './run.js'

/**
 * The loss of a batch against all class weights as an ONNX graph.
 *
 * Inputs: `embeddings` [N, D], `labels` [N] int32 (-1: ignored), `classWeights` [C, D] or [C, K, D], and as the loss and options
 * ask `sampleWeights` [N], `parameters.<name>` (scalar, [C] or [N]), `state.<name>`, `draws.<name>` [N].
 * Outputs: `loss`, `losses` [N] (not where the loss is one value for the batch), `accuracy`, `state.<name>.next`.
 *
 * Classes are streamed: no tensor of N·C values exists, except where logits are kept (see `keepLogits`).
 *
 * @throws ParameterError, ShapeError naming the option.
 */
export const exportLoss = (loss: Loss, options: LossExportOptions): ExportedModel => {
  const { o, external } = buildHead(loss, options, [])
  return finishModel(o.builder, loss, 'loss', options, external)
}
