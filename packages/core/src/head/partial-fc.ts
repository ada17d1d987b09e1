import { LabelError, ParameterError } from '../errors.js'
import { positiveInteger } from './layout.js'
import { uniform } from './uniform.js'

/**
 * Partial FC: the classes of a step. All classes of the batch stay; random others fill up to floor(rate·C). When the batch has
 * more, only its own are kept. There is no correction for the missing negatives.
 * An et al., Partial FC, CVPR 2022, arXiv:2203.15565.
 *
 * @param labels [N] in 0 to C-1, -1 ignored.
 * @param classes C.
 * @param rate share of the classes, above 0 and at most 1.
 * @param random uniform numbers in [0, 1), e.g. a seeded generator.
 * @returns ascending class indices for the head's `classSubset`.
 */
export const samplePartialClasses = (
  labels: ArrayLike<number>,
  classes: number,
  rate: number,
  random: () => number,
): Int32Array => {
  positiveInteger('classes', classes)
  if (typeof random !== 'function') {
    const details = { argument: 'random', value: random, allowed: 'a function' }
    throw new ParameterError('is needed', details)
  }
  if (!(rate > 0 && rate <= 1)) {
    throw new ParameterError('is out of range', {
      argument: 'rate',
      value: rate,
      allowed: 'a number above 0, at most 1',
    })
  }
  const kept = new Set<number>()
  for (let row = 0; row < labels.length; row++) {
    const value = labels[row] as number
    if (!(Number.isInteger(value) && value >= -1 && value < classes)) {
      const allowed = `0 to ${classes - 1}, or -1 to ignore the row`
      throw new LabelError('is not a class', { argument: 'labels', row, value, allowed })
    }
    if (value >= 0) kept.add(value)
  }
  // Floyd's algorithm draws a set without repetition in as many steps as it has members.
  const wanted = Math.max(Math.floor(rate * classes) - kept.size, 0)
  const rest = classes - kept.size
  const drawn = new Set<number>()
  for (let last = rest - wanted; last < rest; last++) {
    const index = Math.floor(uniform(random) * (last + 1))
    drawn.add(drawn.has(index) ? last : index)
  }
  const present = [...kept].sort((a, b) => a - b)
  const sortedDraws = [...drawn].sort((a, b) => a - b)
  // The i-th class that is not in the batch: each smaller present class shifts it by one.
  let shift = 0
  for (const index of sortedDraws) {
    while (shift < present.length && (present[shift] as number) - shift <= index) shift++
    kept.add(index + shift)
  }
  return Int32Array.from([...kept].sort((a, b) => a - b))
}
