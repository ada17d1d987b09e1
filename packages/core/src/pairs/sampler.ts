import { ParameterError } from '../errors.js'
import { positiveInteger } from '../head/layout.js'
import { readRows } from './labels.js'

/** What a batch is made of. */
export interface ClassBalance {
  /** P, classes a batch. */
  readonly classes: number
  /** K, samples a class. */
  readonly samples: number
  /** Uniform numbers in [0, 1), e.g. a seeded generator: the same numbers give the same batches. */
  readonly random: () => number
}

/** Fisher and Yates, in place. */
const shuffle = (values: number[], random: () => number): number[] => {
  for (let last = values.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1))
    const kept = values[last] as number
    values[last] = values[at] as number
    values[at] = kept
  }
  return values
}

/**
 * The batches of one epoch, each of P different classes with K samples: every class once, in random order; what is left of the
 * classes when fewer than P remain is left out. A class with fewer than K samples repeats some, all of them first.
 * Hermans et al., arXiv:1703.07737 (PK sampling).
 *
 * @param labels [N], -1 never drawn.
 * @returns arrays [P·K] of rows, class by class.
 * @throws ParameterError where the labels have fewer than P classes.
 */
export function* classBalancedBatches(
  labels: ArrayLike<number>,
  { classes, samples, random }: ClassBalance,
): Generator<Int32Array, void> {
  positiveInteger('classes', classes)
  positiveInteger('samples', samples)
  const members = new Map<number, number[]>()
  readRows('labels', labels, labels.length).forEach((label, row) => {
    if (label < 0) return
    const own = members.get(label)
    if (own) own.push(row)
    else members.set(label, [row])
  })
  if (members.size < classes) {
    const details = { argument: 'classes', value: classes, allowed: `at most ${members.size}` }
    throw new ParameterError('is more than the labels have', details)
  }
  const order = shuffle([...members.keys()], random)
  for (let first = 0; first + classes <= order.length; first += classes) {
    const rows: number[] = []
    for (const label of order.slice(first, first + classes)) {
      const own = members.get(label) as number[]
      for (let left = samples; left > 0; left -= own.length) {
        rows.push(...shuffle([...own], random).slice(0, left))
      }
    }
    yield Int32Array.from(rows)
  }
}
