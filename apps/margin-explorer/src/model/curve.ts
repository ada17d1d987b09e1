import type { Expression, Loss } from '@arcmargin/core'
import { compile, deriveLoss } from '@arcmargin/core/backend'

/** A target logit and its derivative by the angle, both in units of the logit. */
export interface Curve {
  /** Angles in radians. */
  readonly theta: Float64Array
  /** T(θ). */
  readonly target: Float64Array
  /** dT/dθ. */
  readonly slope: Float64Array
}

/** Norms of 1: losses that keep a norm are drawn for unit vectors. */
const norms = { featureNorm: 1, weightNorm: 1 }

const numbersOf = ({ parameters }: Loss): Record<string, number> =>
  Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, number] =>
      Number.isFinite(entry[1]),
    ),
  )

/**
 * Formulas over the inputs of a loss, evaluated at angles by core's own program.
 *
 * @param theta radians.
 */
export const evaluateAt = (
  loss: Loss,
  formulas: readonly Expression[],
  theta: Float64Array,
): Float64Array[] => {
  const cosTheta = theta.map(Math.cos)
  const sinTheta = theta.map(Math.sin)
  const program = compile(formulas, ['theta', 'cosTheta', 'sinTheta'])
  const uniform = { ...norms, ...numbersOf(loss) }
  return program
    .run(theta.length, { theta, cosTheta, sinTheta }, uniform)
    .map((values) => values.slice(0, theta.length))
}

/** The target logit of a loss and its derivative at angles in radians. */
export const curveOf = (loss: Loss, theta: Float64Array): Curve => {
  const { target } = deriveLoss(loss)
  const [value, slope] = evaluateAt(loss, [target.value, target.slope], theta)
  return { theta, target: value as Float64Array, slope: slope as Float64Array }
}

/** `count` angles from 0 to π, both included. */
export const anglesTo = (count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => (Math.PI * i) / (count - 1))

/** Radians to degrees. */
export const degrees = (radians: number): number => (radians * 180) / Math.PI

/** Degrees to radians. */
export const radiansOf = (degrees: number): number => (degrees * Math.PI) / 180
