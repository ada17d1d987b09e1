import type { Loss } from '@arcmargin/core'
import { initialState, type LossState } from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs-core'
import type { StateVariables } from './head/options.js'

/**
 * The state of a loss as variables that training steps move on; none for a loss without state. The caller disposes them.
 *
 * @param loss the loss.
 * @param classes C, the number of classes.
 * @param values the state to start from, e.g. from a checkpoint. Default: the loss's initial state.
 */
export const createState = (
  loss: Loss,
  classes: number,
  values: LossState = initialState(loss, classes),
): StateVariables =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      // A variable outlives the tidy, the scalar that it copies does not.
      tf.tidy(() => tf.variable(tf.scalar(value), false)),
    ]),
  )

/** Reads the variables back as plain numbers, for a checkpoint. */
export const readState = async (state: StateVariables): Promise<LossState> => {
  const entries = Object.entries(state).map(async ([name, variable]) => {
    const [value] = await variable.data()
    return [name, value as number] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
