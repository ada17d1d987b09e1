import { type Expression, inputsOf } from '@arcmargin/core'
import type { ResolvedLoss } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { toFloat } from '../expression/cast.js'
import { emit, toTensor, type Value } from '../expression/emit.js'
import { drawMargins } from './draws.js'
import type { Plan } from './plan.js'
import { batchStatistics, negativeStatistics } from './statistics.js'
import type { Step } from './step.js'

/** Adds to the environment the row values that the given formulas mention. */
export const addRowValues = (
  formulas: readonly Expression[],
  { row }: ResolvedLoss,
  { environment }: Step,
): void => {
  const names = new Set(formulas.flatMap((formula) => [...inputsOf(formula)]))
  const wanted = Object.keys(row).filter((name) => names.has(name))
  const values = emit(
    wanted.map((name) => row[name] as Expression),
    environment,
  )
  wanted.forEach((name, index) => {
    environment[name] = values[index] as Value
  })
}

/**
 * Stage 3 before the logits: margins are drawn, statistics taken, the state moves on (a variable is assigned to), and the row
 * values that the other logits use are added to the environment.
 */
export const prelude = (plan: Plan, step: Step): void => {
  const { resolved, derived, state, options } = plan
  const { environment } = step
  const { training = true } = options
  Object.assign(environment, state)
  drawMargins(plan, step)
  negativeStatistics(plan, step)
  batchStatistics(plan, step)
  if (training) Object.assign(environment, nextState(plan, step))
  const slopes = Object.values(derived.coupled).map(({ slope }) => slope)
  addRowValues([resolved.other, derived.other.slope, ...slopes], resolved, step)
}

/** The state after the step. A value that would not be finite, or a batch without rows, leaves all of it as it was. */
const nextState = (
  { resolved, state }: Plan,
  { environment, counts }: Step,
): Record<string, tf.Tensor> => {
  const names = Object.keys(resolved.state)
  if (names.length === 0) return {}
  const batchSize = tf.sum(toFloat(counts))
  const next = emit(
    Object.values(resolved.state).map((variable) => variable.next),
    { ...environment, batchSize },
  ).map(toTensor)
  const finite = next
    .map((value) => tf.isFinite(value))
    .reduce((a, b) => tf.logicalAnd(a, b), tf.greater(batchSize, 0))
  return Object.fromEntries(
    names.map((name, index) => {
      const before = state[name] as number | tf.Tensor
      const value = tf.where(finite, next[index] as tf.Tensor, toTensor(before))
      if (before instanceof tf.Variable) before.assign(value)
      return [name, value]
    }),
  )
}
