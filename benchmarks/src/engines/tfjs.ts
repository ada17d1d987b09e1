import * as tf from '@tensorflow/tfjs-core'
import { readBatch, readClassWeights } from '../data/read.js'
import type { Prepare } from './engine.js'

/** One step on tensors: embeddings [N, D], class weights [C, D] or [C, K, D] and labels to loss, dx and dW. */
export type TensorStep = (
  x: tf.Tensor2D,
  w: tf.Tensor2D | tf.Tensor3D,
  labels: tf.Tensor1D,
) => [loss: tf.Tensor, dx: tf.Tensor, dw: tf.Tensor]

/** Runs a step on one of TensorFlow.js' backends, which must have been imported. */
export const prepareTfjs =
  (backend: string, version: string, step: TensorStep): Prepare =>
  async ({ folder, shape }) => {
    const { rows, dimension, classes, subCenters } = shape
    await tf.setBackend(backend)
    await tf.ready()
    const { embeddings, labels } = readBatch(folder, shape)
    const x = tf.tensor2d(embeddings, [rows, dimension])
    const weights = readClassWeights(folder, shape)
    const w =
      subCenters > 1
        ? tf.tensor3d(weights, [classes, subCenters, dimension])
        : tf.tensor2d(weights, [classes, dimension])
    const y = tf.tensor1d(labels, 'int32')
    let last: ReturnType<TensorStep> | undefined
    return {
      versions: { '@tensorflow/tfjs-core': tf.version_core, [`tfjs-backend-${backend}`]: version },
      async step() {
        if (last) tf.dispose(last)
        last = step(x, w, y)
        return (await last[0].data())[0] ?? Number.NaN
      },
      async gradients() {
        if (!last) throw new Error('no step was taken')
        const [dx, dw] = await Promise.all([last[1].data(), last[2].data()])
        return { embeddings: dx as Float32Array, classWeights: dw as Float32Array }
      },
    }
  }
