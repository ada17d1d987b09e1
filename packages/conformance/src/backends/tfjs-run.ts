import { type FloatArray, scalarParameters } from '@arcmargin/core/head'
import { createState, marginLoss, readState } from '@arcmargin/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { type Answer, type Backend, float32, type Request } from '../backend.js'

/** Numbers as a float32 tensor. */
export const tensor = (values: FloatArray, shape: number[]): tf.Tensor =>
  tf.tensor(Float32Array.from(values), shape)

/** Tensors as numbers; nothing for one that is not there. */
export const read = (tensors: readonly (tf.Tensor | undefined)[]): Promise<ArrayLike<number>[]> =>
  Promise.all(tensors.map(async (found) => (await found?.data()) ?? []))

/** Float32 tensors in, the op and its gradients, numbers out. Losses of single rows come from a second call. */
export const runOn =
  (ready: () => Promise<unknown>) =>
  async ({ loss, batch, options, parameterGradients }: Request): Promise<Answer> => {
    await ready()
    const { dimension, subCenters = 1, labels } = batch
    const rows = batch.embeddings.length / dimension
    const classes = batch.classWeights.length / dimension / subCenters
    const { classSubset, parameters, state: before } = options
    const state = createState(loss, classes, before)
    const known = { ...scalarParameters(loss, classes), ...parameters }
    const inputs = [
      tensor(batch.embeddings, [rows, dimension]),
      tensor(batch.classWeights, [classes, subCenters, dimension]),
      ...parameterGradients.map((parameter) => {
        const value = known[parameter] as number | FloatArray
        return typeof value === 'number' ? tf.scalar(value) : tensor(value, [value.length])
      }),
    ]
    const op = (
      reduction: 'mean' | 'none',
      from: Parameters<typeof marginLoss>[4],
      ...[x, weights, ...learned]: tf.Tensor[]
    ): tf.Tensor =>
      marginLoss(loss, x as tf.Tensor, weights as tf.Tensor, labels, {
        ...options,
        ...from,
        reduction,
        parameters: {
          ...parameters,
          ...Object.fromEntries(learned.map((value, i) => [parameterGradients[i], value])),
        },
      })
    const byRow = loss.definition.reduction === 'classwise' ? undefined : op('none', {}, ...inputs)
    const { value, grads } = tf.valueAndGrads((...given) => op('mean', { state }, ...given))(inputs)
    const [embeddings, classWeights, ...learned] = grads as [tf.Tensor, tf.Tensor, ...tf.Tensor[]]
    const kept = classSubset && tf.tensor1d(Array.from(classSubset), 'int32')
    const gradient = kept ? tf.gather(classWeights, kept) : classWeights
    const [total, losses = [], x = [], w = [], ...found] = await read([
      value,
      byRow,
      embeddings,
      gradient,
      ...learned,
    ])
    const after = await readState(state)
    tf.dispose([state, inputs, byRow ?? [], value, grads, kept ?? [], gradient])
    return {
      loss: total?.[0] as number,
      losses,
      embeddings: x,
      classWeights: w,
      parameters: Object.fromEntries(
        parameterGradients.map((parameter, i) => [parameter, found[i] as ArrayLike<number>]),
      ),
      state: after,
    }
  }

/** How exact float32 ops are where sines and exponentials are good to the last places. */
export const exactness: Pick<Backend, 'tolerance' | 'skipsPairs'> = {
  tolerance: float32,
  skipsPairs: 'a pair loss: its op is measured on the cpu and wasm backends only',
}
