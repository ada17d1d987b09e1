import { arcFace, MarginHead } from '@arcmargin/wasm'
import { fillClassWeights, readBatch } from '../data/read.js'
import { margin, scale } from '../head.js'
import type { Prepare } from './engine.js'

/** A head that holds the class weights, on one thread or several. */
export const prepare: Prepare = async ({ folder, shape, threads }) => {
  const { dimension, classes, subCenters } = shape
  const head = await MarginHead.create({
    loss: arcFace({ margin, scale }),
    ...{ classes, dimension, subCenters, threads },
    weights: (first, target) => fillClassWeights(folder, shape, first, target),
  })
  if (head.notice !== undefined) throw new Error(head.notice)
  const batch = readBatch(folder, shape)
  let last = await head.step(batch)
  return {
    versions: {},
    async step() {
      last = await head.step(batch)
      return last.loss
    },
    gradients() {
      const { embeddings, classWeights } = last.gradients
      if (!embeddings || !classWeights) throw new Error('the head returned no gradients')
      return { embeddings, classWeights }
    },
  }
}
