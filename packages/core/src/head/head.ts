import type { Loss } from '../losses/definition.js'
import type { HeadBatch, HeadOptions, HeadResult } from './batch.js'
import { checkTerms } from './check-terms.js'
import { forward } from './forward.js'
import { takeGradients } from './gradients.js'
import { plainKernels } from './kernels.js'
import { prelude } from './prelude.js'
import { prepare, type Step } from './prepare.js'
import { createReducer } from './reduce.js'
import { assemble, targetTerms } from './result.js'
import type { LossState } from './state.js'

/**
 * A margin loss of a batch against all class weights, and its gradients: normalize → cosine → margin → reduce → backward.
 * Classes are streamed in blocks: working memory is O(N·D + block), plus the cosines while they fit into `cosineBudget`.
 * Arithmetic is float64 whatever the arrays' precision; gradients come in the arrays' precision.
 *
 * @param loss any loss, e.g. `arcFace({ margin: 0.5, scale: 64 })`.
 * @param batch embeddings [N, D], class weights [C, D] or [C, K, D], labels [N] (-1: ignored). Not changed.
 * @param options reduction, gradients, state, parameter tables, ...; see {@link HeadOptions}.
 * @returns loss, accuracy, angles, gradients and the next state. With every row ignored loss and gradients are 0.
 * @throws ParameterError, ShapeError, LabelError, NonFiniteError before anything is written.
 *
 * A zero vector (norm below 1e-30 in float32, 1e-290 in float64) has cosine 0 with everything and gradient 0. At angle 0 or π a
 * target has no direction and so no gradient.
 */
export const marginLoss = (loss: Loss, batch: HeadBatch, options: HeadOptions = {}): HeadResult => {
  const step = prepare(loss, batch, options, plainKernels)
  return finish(step, prelude(step, options), options)
}

/** Stages 2 to 5 of a step that is prepared, for every loss; `state` is what the prelude returned. */
export const finish = (step: Step, state: LossState, options: HeadOptions): HeadResult => {
  const reducer = createReducer(step.resolved, step.columns.length, step.centers.columns)
  const scored = forward(step, reducer, options.logits ?? false)
  if (step.shard) reducer.share(step.shard)
  const reduced = reducer.finish(targetTerms(step), step.columns)
  checkTerms(step, reduced.losses)
  return assemble(step, state, scored, reduced, takeGradients(step, reducer, reduced.targetFactors))
}
