import type { Recogniser } from './recogniser.js'
import { type Course, partOf, trainHead } from './train.js'
import { runTrials, type Trials } from './trials.js'
import { centred, meanOfPictures, type Variants } from './variants.js'

/** A thing to learn: from pictures, or from an earlier file that has its class weight only. */
interface Lesson {
  readonly name: string
  readonly pictures: readonly Variants[]
  /** [dimension], of length 1 and with the mean taken off; used while there are no pictures. */
  readonly classWeight?: Float32Array | undefined
}

/** Everything to learn from. */
interface Lessons {
  readonly things: readonly Lesson[]
  /** Pictures of anything else. */
  readonly others: readonly Variants[]
  readonly dimension: number
  /** The mean of the file that class weights are from. */
  readonly mean?: Float32Array | undefined
}

/** A recogniser whose threshold is still to be chosen, and what it can be chosen by. */
export interface Learned {
  readonly recogniser: Omit<Recogniser, 'threshold'>
  readonly trials: Trials
}

/**
 * Learns things: takes the mean of all pictures off every embedding, so that what they share, a table or a wall, does not make
 * them alike, trains the head, and tries heads on pictures that they did not see.
 *
 * @throws RangeError for things without pictures and class weight, or for no things; the signal's reason.
 */
export const learn = async (
  { things, others, dimension, mean: given }: Lessons,
  course: Course = {},
): Promise<Learned> => {
  const empty = things.find(({ pictures, classWeight }) => pictures.length === 0 && !classWeight)
  if (empty) throw new RangeError(`${empty.name} has no pictures yet`)
  if (things.length === 0) throw new RangeError('there is nothing to learn yet')
  const own = [...things.flatMap(({ pictures }) => pictures), ...others]
  const mean = given ?? meanOfPictures(own, dimension)
  const ready = things.map(({ pictures, classWeight }) =>
    pictures.length > 0 ? centred(pictures, mean).flat() : [classWeight as Float32Array],
  )
  const rows = ready.flat()
  const labels = ready.flatMap((own, label) => own.map(() => label))
  const training = { rows, labels, classes: things.length, dimension }
  const classWeights = await trainHead(training, partOf(course, 0, 0.25))
  const trials = await runTrials(
    {
      things: things.map(({ pictures }) => pictures).filter(({ length }) => length > 0),
      others,
      dimension,
      mean: given,
    },
    partOf(course, 0.25, 0.75),
  )
  return {
    recogniser: { names: things.map(({ name }) => name), classWeights, dimension, mean },
    trials,
  }
}
