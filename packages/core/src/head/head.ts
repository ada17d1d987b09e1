import type { Loss } from '../losses/definition.js'
import type { HeadBatch, HeadOptions, HeadResult } from './batch.js'
import { evaluateRows } from './environment.js'
import { forward } from './forward.js'
import { takeGradients } from './gradients.js'
import { classEnvironment } from './parameter-gradient.js'
import { prelude } from './prelude.js'
import { prepare, type Step } from './prepare.js'
import { createReducer } from './reduce.js'

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
  const step = prepare(loss, batch, options)
  const { columns, environment, targets, derived } = step
  const state = prelude(step, options)
  const [targetTerms] = evaluateRows([derived.target.value], environment) as [Float64Array]
  const reducer = createReducer(step.resolved, columns.length, step.centers.columns)
  const scored = forward(step, reducer, options.logits ?? false)
  const { losses, targetFactors, total } = reducer.finish(targetTerms, columns)
  const sample = sampleRegularizers(step)
  const regularization = weigh(step, sample) + classRegularizer(step)
  return {
    ...scored,
    loss: (total ?? weigh(step, losses)) + regularization,
    losses: losses.map((value, row) => value + (sample[row] as number)),
    regularization,
    targetAngles: targets.angles.map((angle, row) =>
      (columns[row] as number) < 0 ? Number.NaN : angle,
    ),
    state,
    gradients: takeGradients(step, reducer, targetFactors),
  }
}

/** Σ of what the rows yield, each with its share in the reduced loss. */
const weigh = ({ rowScale }: Step, values: Float64Array): number =>
  values.reduce((sum, value, row) => sum + (rowScale[row] as number) * value, 0)

/** [N], 0 where ignored or where the loss has no regulariser of the rows. */
const sampleRegularizers = ({ derived, environment, columns }: Step): Float64Array => {
  const [values] = derived.sample ? evaluateRows([derived.sample.value], environment) : []
  return Float64Array.from(columns, (column, row) => (column < 0 ? 0 : (values?.[row] ?? 0)))
}

/** Mean over the classes, 0 where the loss has no regulariser of the classes. */
const classRegularizer = ({ resolved, parameters, centers }: Step): number => {
  if (!resolved.classRegularizer) return 0
  const [values] = evaluateRows([resolved.classRegularizer], classEnvironment(parameters))
  return (values ?? new Float64Array()).reduce((sum, value) => sum + value / centers.classes, 0)
}
