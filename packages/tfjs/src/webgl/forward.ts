import type * as tf from '@tensorflow/tfjs-core'
import type { Plan } from '../head/plan.js'
import { numbersOf, rowTable } from '../stages/rows.js'
import { blocksOf, listed } from './memory.js'
import { rowSums } from './passes/log-sum.js'
import { batchLoss } from './passes/losses.js'
import { product } from './passes/product.js'
import { measure } from './passes/targets.js'
import { lengths, units } from './passes/units.js'
import { type WebGlBackend, withPacked } from './program.js'

/** Stages 1 to 4: the loss, and what the gradients need of it. */
export const computeForward = (
  backend: WebGlBackend,
  plan: Plan,
  embeddings: tf.TensorInfo,
  classWeights: tf.TensorInfo,
): tf.TensorInfo[] =>
  withPacked(backend, classWeights, (weights) => {
    const numbers = numbersOf(plan)
    const table = rowTable(plan)
    const rows = backend.makeTensorInfo([plan.rows, table.width], 'float32', table.values)
    const own = lengths(backend, embeddings, plan.rows, { first: 0 })
    const x = units(backend, embeddings, plan.rows, { first: 0 }, own)
    const centerLengths = lengths(backend, weights, plan.rows, { rows })
    const centers = units(backend, weights, plan.rows, { rows }, centerLengths)
    const measured = measure(backend, x, centers)
    const blockLengths: tf.TensorInfo[] = []
    const cosines: tf.TensorInfo[] = []
    let sums: tf.TensorInfo | undefined
    let lastUnits: tf.TensorInfo | undefined
    for (const { start, count } of blocksOf(plan)) {
      if (lastUnits) backend.disposeIntermediateTensorInfo(lastUnits)
      const known = lengths(backend, weights, count, { first: start })
      lastUnits = units(backend, weights, count, { first: start }, known)
      const each = product(backend, 'byRows', x, lastUnits)
      const before = sums
      sums = rowSums(backend, plan, { cosines: each, first: start, rows, numbers }, before)
      if (before) backend.disposeIntermediateTensorInfo(before)
      blockLengths.push(known)
      if (plan.keepCosines) cosines.push(each)
      else backend.disposeIntermediateTensorInfo(each)
    }
    const memory = {
      rows,
      lengths: own,
      units: x,
      centerLengths,
      centers,
      measured,
      sums: sums as tf.TensorInfo,
      lastUnits: lastUnits as tf.TensorInfo,
      blockLengths,
      cosines,
    }
    return [batchLoss(backend, plan, numbers, memory), ...listed(memory)]
  })
