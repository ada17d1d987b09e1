import type { Loss } from '@arcmargin/core'
import { deriveLoss } from '@arcmargin/core/backend'
import { curveOf, evaluateAt } from './curve.js'

/** Halvings of [0, π]: more than the digits of a double. */
const halvings = 56

/**
 * The decision boundary of the binary case (ArcFace paper, fig. 5): a sample at θ₁ from its own class weight and at θ₂ from the other
 * one is on its side where T(θ₁) >= N(θ₂), so the boundary solves T(θ₁) = N(θ₂). N falls with θ for the losses shown here.
 *
 * @param theta1 angles to the own class weight, radians.
 * @returns θ₂ of each; 0 where every θ₂ is on the right side, NaN where none is.
 */
export const boundaryOf = (loss: Loss, theta1: Float64Array): Float64Array => {
  const { other } = deriveLoss(loss)
  const { target } = curveOf(loss, theta1)
  const otherAt = (theta: Float64Array): Float64Array =>
    evaluateAt(loss, [other.value], theta)[0] as Float64Array
  const [highest = Number.NaN, lowest = Number.NaN] = otherAt(Float64Array.of(0, Math.PI))
  let low = new Float64Array(theta1.length)
  let high = new Float64Array(theta1.length).fill(Math.PI)
  for (let i = 0; i < halvings; i++) {
    const middle = low.map((value, lane) => (value + (high[lane] as number)) / 2)
    const values = otherAt(middle)
    const isAbove = (lane: number): boolean => (values[lane] as number) > (target[lane] as number)
    low = low.map((value, lane) => (isAbove(lane) ? (middle[lane] as number) : value))
    high = high.map((value, lane) => (isAbove(lane) ? value : (middle[lane] as number)))
  }
  return high.map((value, lane) => {
    const goal = target[lane] as number
    if (!(goal >= lowest)) return Number.NaN
    return goal >= highest ? 0 : value
  })
}

/**
 * How far from its own class weight a sample may be that is θ₂ from the other one: the largest θ₁ with T >= N(θ₂) on all of
 * [0, θ₁].
 *
 * @returns radians; NaN where not even θ₁ = 0 is enough.
 */
export const reachOf = (loss: Loss, theta2: number): number => {
  const goal = evaluateAt(loss, [deriveLoss(loss).other.value], Float64Array.of(theta2))[0]?.[0]
  const holds = (theta: number): boolean =>
    (curveOf(loss, Float64Array.of(theta)).target[0] as number) >= (goal as number)
  const steps = 720
  let low = 0
  if (!holds(low)) return Number.NaN
  for (let i = 1; i <= steps; i++) {
    const theta = (Math.PI * i) / steps
    if (!holds(theta)) return bisect(holds, low, theta)
    low = theta
  }
  return Math.PI
}

/** Where a condition that holds at `low` and not at `high` stops holding. */
const bisect = (holds: (theta: number) => boolean, low: number, high: number): number => {
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
