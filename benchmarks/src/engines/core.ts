import { arcFace } from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'
import { readBatch, readClassWeights } from '../data/read.js'
import { margin, scale } from '../head.js'
import type { Prepare } from './engine.js'

/** `@arcmargin/core` on the problem's float32 numbers, with its gradients in either precision. */
export const prepareCore =
  (Gradient: Float32ArrayConstructor | Float64ArrayConstructor): Prepare =>
  ({ folder, shape }) => {
    const { embeddings, labels } = readBatch(folder, shape)
    const classWeights = readClassWeights(folder, shape)
    const { dimension, subCenters } = shape
    const loss = arcFace({ margin, scale })
    const batch = { embeddings, classWeights, labels, dimension, subCenters }
    const gradients = {
      embeddings: new Gradient(embeddings.length),
      classWeights: new Gradient(classWeights.length),
    }
    return {
      versions: {},
      step: () => marginLoss(loss, batch, { gradients }).loss,
      gradients: () => gradients,
    }
  }

/** What a user gets for float32 arrays. */
export const prepare: Prepare = prepareCore(Float32Array)
