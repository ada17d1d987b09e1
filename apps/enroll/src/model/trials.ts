import { cosineScores } from '@arcmargin/wasm'
import { bestOf } from './recogniser.js'
import { type Course, partOf, trainHead } from './train.js'
import { centred, meanOfPictures, type Variants } from './variants.js'
import { minus } from './vectors.js'

/** What the trials are made from; no embedding has the mean taken off. */
interface TrialSet {
  /** The pictures of each thing. */
  readonly things: readonly (readonly Variants[])[]
  /** Pictures of nothing that was taught. */
  readonly others: readonly Variants[]
  readonly dimension: number
  /** What is taken off every embedding; absent: the mean of what a trial's head may see. */
  readonly mean?: Float32Array | undefined
}

/** How pictures score that a head was not trained on. */
export interface Trials {
  /** Each picture of a thing: its cosine to its own thing; -1 where another thing was nearer. */
  readonly genuine: readonly number[]
  /** Each picture of a stranger: its cosine to the nearest thing. */
  readonly strangers: readonly number[]
  /** Things that a trial's head knew, as a share of all: a stranger can be taken for fewer of them than later. */
  readonly knownShare: number
}

const mostFolds = 5

/** Which fold a picture is in: neighbours of a burst look alike, so they stay together. */
const foldOf = (index: number, count: number, folds: number): number =>
  Math.floor((index * folds) / count)

/**
 * Scores for a threshold, from heads that did not see what they are tried on. In every fold some things are left out as a whole: to
 * that head they are strangers. Of the others some pictures are left out: they should be recognised. What is left out is not in the
 * mean either: a stranger that had a part in it would look less alike than strangers do.
 *
 * @returns nothing for fewer than two things.
 */
export const runTrials = async (
  { things, others, dimension, mean: given }: TrialSet,
  course: Course = {},
): Promise<Trials> => {
  const genuine: number[] = []
  const strangers: number[] = []
  const folds = Math.min(mostFolds, things.length)
  for (let fold = 0; fold < folds && things.length > 1; fold++) {
    const isHere = (_: unknown, index: number): boolean => index % folds === fold
    const known = things.filter((thing, index) => !isHere(thing, index))
    const isHeldOut = (index: number, count: number): boolean =>
      count > 1 && foldOf(index, count, Math.min(folds, count)) === fold
    const shown = known.map((pictures) =>
      pictures.filter((_, index) => !isHeldOut(index, pictures.length)),
    )
    const seen = [...shown.flat(), ...others.filter((other, index) => !isHere(other, index))]
    const mean = given ?? meanOfPictures(seen, dimension)
    const training = shown.map((pictures) => centred(pictures, mean).flat())
    const classWeights = await trainHead(
      {
        rows: training.flat(),
        labels: training.flatMap((rows, label) => rows.map(() => label)),
        classes: known.length,
        dimension,
      },
      partOf(course, fold / folds, 1 / folds),
    )
    const scoresOf = ([embedding]: Variants): Float64Array =>
      cosineScores({
        embeddings: minus(embedding as Float32Array, mean),
        classWeights,
        dimension,
      })
    for (const [label, pictures] of known.entries()) {
      for (const picture of pictures.filter((_, index) => isHeldOut(index, pictures.length))) {
        const scores = scoresOf(picture)
        genuine.push(bestOf(scores) === label ? (scores[label] as number) : -1)
      }
    }
    for (const picture of [...things.filter(isHere).flat(), ...others.filter(isHere)])
      strangers.push(Math.max(...scoresOf(picture)))
  }
  return { genuine, strangers, knownShare: folds > 1 ? 1 - 1 / folds : 1 }
}
