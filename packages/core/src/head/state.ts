import { ParameterError } from '../errors.js'
import { compile } from '../expression/compile.js'
import type { Loss } from '../losses/definition.js'
import { checkValue } from '../losses/parameter.js'
import { resolveLoss } from '../losses/resolve.js'

/** What a loss remembers from step to step, by name. Plain numbers: write it as JSON beside the weights. */
export type LossState = Readonly<Record<string, number>>

const evaluateAll = (
  formulas: Readonly<Record<string, Parameters<typeof compile>[0][number]>>,
  values: Readonly<Record<string, number>>,
): Record<string, number> => {
  const names = Object.keys(formulas)
  const results = compile(Object.values(formulas), []).run(1, {}, values)
  return Object.fromEntries(names.map((name, index) => [name, results[index]?.[0] as number]))
}

/**
 * Values of the loss's scalar parameters, those that follow from the class count included (e.g. UniFace's bias).
 *
 * @param loss the loss.
 * @param classes C, the number of classes.
 * @throws ParameterError where a formula leaves its parameter's range.
 */
export const scalarParameters = (loss: Loss, classes: number): Record<string, number> => {
  const scalars = Object.fromEntries(
    Object.entries(loss.parameters).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  )
  const { defaults } = resolveLoss(loss)
  const open = Object.fromEntries(
    Object.entries(defaults).filter(([name]) => loss.parameters[name] === undefined),
  )
  const followed = evaluateAll(open, { ...scalars, classes })
  for (const [name, value] of Object.entries(followed)) {
    checkValue(name, loss.definition.parameters[name] ?? {}, value)
  }
  return { ...scalars, ...followed }
}

/**
 * The state before the first step.
 *
 * @param loss the loss.
 * @param classes C, the number of classes.
 */
export const initialState = (loss: Loss, classes: number): LossState => {
  const { state } = resolveLoss(loss)
  const formulas = Object.fromEntries(
    Object.entries(state).map(([name, { initial }]) => [name, initial]),
  )
  return evaluateAll(formulas, { ...scalarParameters(loss, classes), classes })
}

/** Refuses a state that is not this loss's or not finite. */
export const checkState = (loss: Loss, state: LossState): void => {
  const known = Object.keys(resolveLoss(loss).state)
  for (const name of new Set([...known, ...Object.keys(state)])) {
    const value = state[name]
    if (known.includes(name) && Number.isFinite(value)) continue
    throw new ParameterError('is not a state of this loss', {
      argument: `state.${name}`,
      value,
      allowed: known.length ? `finite numbers for ${known.join(', ')}` : 'no state at all',
    })
  }
}

/**
 * The state of the next step. A value that would not be finite, or a batch without rows, leaves the state as it was.
 */
export const nextState = (
  loss: Loss,
  state: LossState,
  values: Readonly<Record<string, number>>,
): LossState => {
  const formulas = Object.fromEntries(
    Object.entries(resolveLoss(loss).state).map(([name, { next }]) => [name, next]),
  )
  const next = evaluateAll(formulas, { ...values, ...state })
  return Object.values(next).every(Number.isFinite) ? next : state
}
