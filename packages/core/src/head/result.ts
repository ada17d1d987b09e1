import type { HeadResult } from './batch.js'
import { evaluateRows } from './environment.js'
import type { Scored } from './forward.js'
import { classEnvironment } from './parameter-gradient.js'
import type { Step } from './prepare.js'
import type { ReducedRows } from './reduce.js'
import type { LossState } from './state.js'

/** [N] what the reduction takes of the targets: their logits, or loss terms. */
export const targetTerms = ({ derived, environment }: Step): Float64Array =>
  evaluateRows([derived.target.value], environment)[0] as Float64Array

/** Brings together what the stages of a step yield, and adds the regularisers. */
export const assemble = (
  step: Step,
  state: LossState,
  scored: Scored,
  { losses, total }: Pick<ReducedRows, 'losses' | 'total'>,
  gradients: HeadResult['gradients'],
): HeadResult => {
  const sample = sampleRegularizers(step)
  const regularization = weigh(step, sample) + classRegularizer(step)
  return {
    ...scored,
    loss: (total ?? weigh(step, losses)) + regularization,
    losses: losses.map((value, row) => value + (sample[row] as number)),
    regularization,
    targetAngles: step.targets.angles.map((angle, row) =>
      (step.columns[row] as number) < 0 ? Number.NaN : angle,
    ),
    state,
    gradients,
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
