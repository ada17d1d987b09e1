import * as core from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs-core'
import type { Problem } from '../../../core/test/support/problem.js'
import { createState, type MarginLossOptions, marginLoss, readState } from '../../src/index.js'

/** What a step yields, in plain numbers. */
export interface Numbers {
  readonly loss: number
  readonly embeddings: ArrayLike<number>
  readonly classWeights: ArrayLike<number>
  readonly parameters: Readonly<Record<string, ArrayLike<number>>>
  readonly state: core.LossState
}

/** A problem whose numbers are float32 ones, so that both sides see the same. */
export const rounded = (problem: Problem): Problem => ({
  ...problem,
  batch: {
    ...problem.batch,
    embeddings: Float64Array.from(Float32Array.from(problem.batch.embeddings)),
    classWeights: Float64Array.from(Float32Array.from(problem.batch.classWeights)),
  },
})

/** Parameters that have a gradient. */
export const learnable = ({ loss, parameters }: Problem): string[] => {
  const { definition } = loss
  const closed = [
    ...Object.values(definition.draws ?? {}).flatMap(({ mean, std }) => [mean, std]),
    definition.pooling?.temperature,
  ]
  return Object.keys(parameters).filter(
    (name) => !definition.parameters[name]?.integer && !closed.includes(name),
  )
}

/** The step by core in float64. */
export const byCore = (
  { loss, batch, parameters, state }: Problem,
  names: readonly string[],
  options: core.HeadOptions,
): Numbers => {
  const { gradients, ...result } = core.marginLoss(loss, batch, {
    ...options,
    parameters,
    state,
    gradients: { embeddings: true, classWeights: true, parameters: names },
  })
  const learned = Object.entries(gradients.parameters).map(([name, value]) => [
    name,
    typeof value === 'number' ? [value] : value,
  ])
  return {
    loss: result.loss,
    embeddings: gradients.embeddings ?? [],
    classWeights: gradients.classWeights ?? [],
    parameters: Object.fromEntries(learned),
    state: result.state,
  }
}

/** The inputs of a problem as tensors. */
const tensorsOf = ({ batch, classes }: Problem): [x: tf.Tensor2D, w: tf.Tensor3D] => [
  tf.tensor2d(Float32Array.from(batch.embeddings), [
    batch.embeddings.length / batch.dimension,
    batch.dimension,
  ]),
  tf.tensor3d(Float32Array.from(batch.classWeights), [classes, batch.subCenters, batch.dimension]),
]

/** The step by the op and its gradients. */
export const byOp = async (
  problem: Problem,
  names: readonly string[],
  options: MarginLossOptions,
): Promise<Numbers> => {
  const { loss, batch, parameters, classes } = problem
  const state = createState(loss, classes, problem.state)
  const learned = names.map((name) => {
    const value = parameters[name] as number | Float64Array
    return typeof value === 'number' ? tf.scalar(value) : tf.tensor1d(Float32Array.from(value))
  })
  const inputs = [...tensorsOf(problem), ...learned]
  const { value, grads } = tf.valueAndGrads((...given) => {
    const [x, w, ...rest] = given as [tf.Tensor, tf.Tensor, ...tf.Tensor[]]
    return marginLoss(loss, x, w, batch.labels, {
      ...options,
      state,
      parameters: {
        ...parameters,
        ...Object.fromEntries(rest.map((tensor, index) => [names[index], tensor])),
      },
    })
  })(inputs)
  const [loss32, x, w, ...found] = await Promise.all([value, ...grads].map((one) => one.data()))
  const after = await readState(state)
  tf.dispose([state, inputs, value, grads])
  return {
    loss: loss32?.[0] as number,
    embeddings: x ?? [],
    classWeights: w ?? [],
    parameters: Object.fromEntries(names.map((name, index) => [name, found[index] ?? []])),
    state: after,
  }
}

/** Largest difference in units of the expected array's largest entry. */
export const distance = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
  const scale = Math.max(1e-6, ...Array.from(expected, Math.abs))
  const differences = Array.from(expected, (value, i) => Math.abs((found[i] as number) - value))
  const worst = Math.max(0, ...differences) / scale
  return found.length === expected.length ? worst : Number.POSITIVE_INFINITY
}
