import { classBalancedBatches } from '@arcmargin/core/pairs'
import { type Random, random } from './random.js'

/** Pictures of a step where classes do not matter. */
const batchSize = 128

/** P classes with K pictures each: as many pictures a step, and positives for each of them. */
const balance = { classes: 32, samples: 4 }

/** The rows of step after step, without end. */
export interface Batches {
  /** Pictures of a step. */
  readonly size: number
  next(): ArrayLike<number>
}

/** Every picture once an epoch, in random order. */
export const shuffledBatches = (rows: number, seed: number): Batches => {
  const size = Math.min(batchSize, rows)
  const shuffle = random(seed, 'shuffle')
  let order: Uint32Array = new Uint32Array()
  return {
    size,
    next: () => {
      if (order.length < size) order = shuffle.permutation(rows)
      const chosen = order.subarray(0, size)
      order = order.subarray(size)
      return chosen
    },
  }
}

/** Pictures class by class, for losses that compare the pictures of a batch with each other. */
export const balancedBatches = (labels: Int32Array, classes: number, seed: number): Batches => {
  const chance: Random = random(seed, 'classes')
  const options = {
    classes: Math.min(balance.classes, classes),
    samples: balance.samples,
    random: () => chance.between(0, 1),
  }
  let epoch = classBalancedBatches(labels, options)
  const next = (): ArrayLike<number> => {
    const drawn = epoch.next()
    if (!drawn.done) return drawn.value
    epoch = classBalancedBatches(labels, options)
    return next()
  }
  return { size: options.classes * options.samples, next }
}
