import { arcFace, type marginLoss } from '@arcmargin/core'
import { readProblem } from '../data/read.js'
import { margin, scale } from '../head.js'
import type { Prepare } from './engine.js'

/** Core's function, or one that takes its place, on the problem's float32 numbers; gradients in either precision. */
export const prepareMarginLoss =
  (
    compute: typeof marginLoss,
    Gradient: Float32ArrayConstructor | Float64ArrayConstructor,
  ): Prepare =>
  ({ folder, shape }) => {
    const { embeddings, classWeights, labels } = readProblem(folder, shape)
    const { dimension, subCenters } = shape
    const loss = arcFace({ margin, scale })
    const batch = { embeddings, classWeights, labels, dimension, subCenters }
    const gradients = {
      embeddings: new Gradient(embeddings.length),
      classWeights: new Gradient(classWeights.length),
    }
    return {
      versions: {},
      step: () => compute(loss, batch, { gradients }).loss,
      gradients: () => gradients,
    }
  }
