import * as tf from '@tensorflow/tfjs-core'
import type { Shape } from '../shapes.js'
import type { RunningEngine } from './engine.js'

/** Classes of the rows, where a step wants them: a composition on the device, an op that checks them on the host. */
interface Labels {
  readonly tensor: tf.Tensor1D
  readonly values: Int32Array
}

/** One step on tensors: embeddings [N, D], class weights [C, D] or [C, K, D] and labels to loss, dx and dW. */
export type TensorStep = (
  x: tf.Tensor2D,
  w: tf.Tensor2D | tf.Tensor3D,
  labels: Labels,
) => [loss: tf.Tensor, dx: tf.Tensor, dw: tf.Tensor]

/** A problem's arrays. */
export interface Arrays {
  readonly embeddings: Float32Array
  readonly classWeights: Float32Array
  readonly labels: Int32Array
}

/** Runs a step on the backend that is set. */
export const runTensors = (
  step: TensorStep,
  { rows, dimension, classes, subCenters }: Shape,
  { embeddings, classWeights, labels }: Arrays,
): Pick<RunningEngine, 'step' | 'gradients'> => {
  const x = tf.tensor2d(embeddings, [rows, dimension])
  const w =
    subCenters > 1
      ? tf.tensor3d(classWeights, [classes, subCenters, dimension])
      : tf.tensor2d(classWeights, [classes, dimension])
  const own = { tensor: tf.tensor1d(labels, 'int32'), values: labels }
  let last: ReturnType<TensorStep> | undefined
  return {
    async step() {
      if (last) tf.dispose(last)
      last = step(x, w, own)
      return (await last[0].data())[0] ?? Number.NaN
    },
    async gradients() {
      if (!last) throw new Error('no step was taken')
      const [dx, dw] = await Promise.all([last[1].data(), last[2].data()])
      return { embeddings: dx as Float32Array, classWeights: dw as Float32Array }
    },
  }
}
