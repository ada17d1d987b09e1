import type { AdamOptimizer, Optimizer, SgdOptimizer } from '../../src/export/options.js'

/** A tensor in training, in float64. */
export interface Trained {
  readonly values: Float64Array
  readonly first: Float64Array
  readonly second: Float64Array
}

/** A tensor at the start. */
export const started = (values: Float64Array): Trained => ({
  values: Float64Array.from(values),
  first: new Float64Array(values.length),
  second: new Float64Array(values.length),
})

const sgdStep = (
  { values, first }: Trained,
  gradient: ArrayLike<number>,
  { momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptimizer,
  rate: number,
): void => {
  values.forEach((value, i) => {
    const whole = (gradient[i] as number) + weightDecay * value
    first[i] = momentum * (first[i] as number) + whole
    values[i] = value - rate * (nesterov ? whole + momentum * first[i] : first[i])
  })
}

const adamStep = (
  { values, first, second }: Trained,
  gradient: ArrayLike<number>,
  { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptimizer,
  rate: number,
  count: number,
): void => {
  values.forEach((value, i) => {
    const coupled = kind === 'adam' ? weightDecay * value : 0
    const kept = kind === 'adamw' ? value * (1 - rate * weightDecay) : value
    const whole = (gradient[i] as number) + coupled
    first[i] = beta1 * (first[i] as number) + (1 - beta1) * whole
    second[i] = beta2 * (second[i] as number) + (1 - beta2) * whole * whole
    const mean = first[i] / (1 - beta1 ** count)
    values[i] = kept - (rate * mean) / (Math.sqrt(second[i] / (1 - beta2 ** count)) + epsilon)
  })
}

/** One step of the papers' formulas, in place; `count` starts at 1. */
export const optimize = (
  trained: Trained,
  gradient: ArrayLike<number>,
  optimizer: Optimizer,
  rate: number,
  count: number,
): void => {
  if (optimizer.kind === 'sgd') sgdStep(trained, gradient, optimizer, rate)
  else adamStep(trained, gradient, optimizer, rate, count)
}
