import { NonFiniteError } from '../errors.js'
import { evaluateRows } from './environment.js'
import type { Step } from './prepare.js'

type Checked = Pick<Step, 'loss' | 'derived' | 'environment' | 'columns'>

/**
 * Refuses a step whose target logits (or terms), regulariser or losses are not finite, before a gradient of it is written: a formula
 * may divide by zero or take the logarithm of a negative cosine, and one NaN would spread to every class weight.
 *
 * @param losses [N] of each row, where they are known; else the target's formulas are evaluated.
 * @throws NonFiniteError naming the row, and where its formula was evaluated.
 */
export const checkTerms = (
  { loss, derived, environment, columns }: Checked,
  losses?: Float64Array,
): void => {
  const { target, sample } = derived
  const terms = losses
    ? [losses]
    : evaluateRows([target.value, ...(sample ? [sample.value] : [])], environment)
  for (const values of terms) {
    const row = values.findIndex((value, at) => columns[at] !== -1 && !Number.isFinite(value))
    if (row < 0) continue
    const at = (name: string): number => environment.varying[name]?.[row] as number
    throw new NonFiniteError('is not finite', {
      argument: losses ? 'losses' : 'target',
      row,
      value: values[row],
      allowed: `formulas of ${loss.definition.name} that are finite at theta ${at('theta')}, |x| ${at('featureNorm')}, |w| ${at('weightNorm')}`,
    })
  }
}
