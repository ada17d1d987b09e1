import type * as tf from '@tensorflow/tfjs-core'
import type { Plan } from '../head/plan.js'
import { firstRows, numbersOf } from '../stages/rows.js'
import { blocksOf, recalled } from './memory.js'
import { cosineGradients, embeddingsGradient, weightsGradient } from './passes/gradients.js'
import { rowGradients } from './passes/losses.js'
import { product } from './passes/product.js'
import { stacked, sum } from './passes/together.js'
import { units } from './passes/units.js'
import { type WebGlBackend, withPacked } from './program.js'
import { reduceRows } from './rows.js'

/** Stage 5: gradients by the embeddings and the class weights. */
export const computeBackward = (
  backend: WebGlBackend,
  plan: Plan,
  { dy, classWeights, ...kept }: Readonly<Record<string, tf.TensorInfo>>,
): tf.TensorInfo[] =>
  withPacked(backend, classWeights as tf.TensorInfo, (weights) => {
    const blocks = blocksOf(plan)
    const memory = recalled(Object.values(kept), blocks.length)
    const numbers = numbersOf(plan)
    const pulls = rowGradients(backend, plan, numbers, memory, dy as tf.TensorInfo)
    const free = (info: tf.TensorInfo): void => backend.disposeIntermediateTensorInfo(info)
    let byEmbeddings: tf.TensorInfo | undefined
    const byWeights = blocks.map(({ start, count }, index) => {
      const known = memory.blockLengths[index] as tf.TensorInfo
      const isLast = index === blocks.length - 1
      const centers = isLast
        ? memory.lastUnits
        : units(backend, weights, count, { first: start }, known)
      const cosines = memory.cosines[index] ?? product(backend, 'byRows', memory.units, centers)
      const lanes = { cosines, first: start, rows: memory.rows, numbers }
      const byCosines = cosineGradients(backend, plan, lanes, pulls)
      if (!memory.cosines[index]) free(cosines)
      const part = product(backend, 'plain', byCosines, centers)
      const gradient = product(backend, 'byColumns', byCosines, memory.units)
      free(byCosines)
      const along = reduceRows(backend, 'dot', [gradient, centers])
      const first = firstRows(plan, start, count)
      const firstInfo = first && backend.makeTensorInfo([count, 1], 'float32', first)
      const own = { gradient, along, units: centers, lengths: known }
      const whole = weightsGradient(backend, own, memory, pulls, firstInfo)
      for (const info of [gradient, along, ...(isLast ? [] : [centers])]) free(info)
      if (firstInfo) free(firstInfo)
      const before = byEmbeddings
      byEmbeddings = before ? sum(backend, before, part) : part
      if (before) for (const info of [before, part]) free(info)
      return whole
    })
    const gradient = byEmbeddings as tf.TensorInfo
    const along = reduceRows(backend, 'dot', [gradient, memory.units])
    const own = { gradient, along, units: memory.units, lengths: memory.lengths }
    const dx = embeddingsGradient(backend, own, memory, pulls)
    for (const info of [gradient, along, pulls]) free(info)
    return [dx, stacked(backend, byWeights)]
  })
