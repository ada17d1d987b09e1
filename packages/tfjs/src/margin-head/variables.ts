import type { FloatArray } from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs-core'
import type { MarginHeadOptions } from './options.js'

/** Numbers as a float32 tensor. */
export const toTensor = (values: FloatArray, shape: number[]): tf.Tensor =>
  tf.tensor(Float32Array.from(values), shape, 'float32')

/** The class weights of a head as a trainable variable, [C, D] or [C, K, D]. */
export const createWeights = ({
  classes,
  dimension,
  subCenters = 1,
  weights,
  seed,
}: MarginHeadOptions): tf.Variable => {
  const shape = subCenters === 1 ? [classes, dimension] : [classes, subCenters, dimension]
  // A variable outlives the tidy, what it copies does not.
  return tf.tidy(() =>
    tf.variable(
      weights instanceof tf.Tensor
        ? tf.reshape(weights, shape)
        : weights
          ? toTensor(weights, shape)
          : tf.randomNormal(shape, 0, dimension ** -0.5, 'float32', seed),
    ),
  )
}

/** Loss parameters as trainable variables: scalars, and [C] per-class ones. */
export const createParameters = (
  values: Readonly<Record<string, number | FloatArray>>,
): Readonly<Record<string, tf.Variable>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      tf.tidy(() =>
        tf.variable(typeof value === 'number' ? tf.scalar(value) : toTensor(value, [value.length])),
      ),
    ]),
  )

/** Moves trained parameters back into the ranges that their loss allows. */
export const clampParameters = (
  { loss }: Pick<MarginHeadOptions, 'loss'>,
  parameters: Readonly<Record<string, tf.Variable>>,
): void => {
  for (const [name, variable] of Object.entries(parameters)) {
    const { minimum, maximum, above } = loss.definition.parameters[name] ?? {}
    if (minimum === undefined && maximum === undefined && above === undefined) continue
    // The smallest float32 that is larger, at the sizes that parameters have.
    const low = minimum ?? (above === undefined ? Number.NEGATIVE_INFINITY : above + 1e-6)
    tf.tidy(() => {
      const raised = Number.isFinite(low) ? tf.maximum(variable, low) : variable
      variable.assign(maximum === undefined ? raised : tf.minimum(raised, maximum))
    })
  }
}
