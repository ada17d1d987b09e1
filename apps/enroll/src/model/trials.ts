import { cosineScores } from '@arcmargin/wasm'
import { bestOf } from './recogniser.js'
import { type Course, partOf, trainHead } from './train.js'

/** Embeddings of one picture: its own first, then those of its changed copies. */
export type Variants = readonly Float32Array[]

/** What the trials are made from; all embeddings have the mean taken off. */
interface TrialSet {
  /** The pictures of each thing. */
  readonly things: readonly (readonly Variants[])[]
  /** Pictures of nothing that was taught. */
  readonly others: readonly Variants[]
  readonly dimension: number
}

/** How pictures score that a head was not trained on. */
export interface Trials {
  /** Each picture of a thing: its cosine to its own thing; -1 where another thing was nearer. */
  readonly genuine: readonly number[]
  /** Each picture of a stranger: its cosine to the nearest thing. */
  readonly strangers: readonly number[]
}

const mostFolds = 5

/** Which fold a picture is in: neighbours of a burst look alike, so they stay together. */
const foldOf = (index: number, count: number, folds: number): number =>
  Math.floor((index * folds) / count)

/**
 * Scores for a threshold, from heads that did not see what they are tried on. In every fold some things are left out as a whole: to
 * that head they are strangers. Of the others some pictures are left out: they should be recognised.
 *
 * @returns nothing for fewer than two things.
 */
export const runTrials = async (
  { things, others, dimension }: TrialSet,
  course: Course = {},
): Promise<Trials> => {
  const genuine: number[] = []
  const strangers: number[] = []
  const folds = Math.min(mostFolds, things.length)
  for (let fold = 0; fold < folds && things.length > 1; fold++) {
    const known = things.filter((_, thing) => thing % folds !== fold)
    const unknown = things.filter((_, thing) => thing % folds === fold)
    const isHeldOut = (index: number, count: number): boolean =>
      count > 1 && foldOf(index, count, Math.min(folds, count)) === fold
    const training = known.map((pictures) =>
      pictures.filter((_, index) => !isHeldOut(index, pictures.length)),
    )
    const rows = training.flatMap((pictures) => pictures.flat())
    const labels = training.flatMap((pictures, label) => pictures.flat().map(() => label))
    const classWeights = await trainHead(
      { rows, labels, classes: known.length, dimension },
      partOf(course, fold / folds, 1 / folds),
    )
    const scoresOf = ([embedding]: Variants): Float64Array =>
      cosineScores({ embeddings: embedding as Float32Array, classWeights, dimension })
    for (const [label, pictures] of known.entries()) {
      for (const picture of pictures.filter((_, index) => isHeldOut(index, pictures.length))) {
        const scores = scoresOf(picture)
        genuine.push(bestOf(scores) === label ? (scores[label] as number) : -1)
      }
    }
    const here = others.filter((_, index) => index % folds === fold)
    for (const picture of [...unknown.flat(), ...here])
      strangers.push(Math.max(...scoresOf(picture)))
  }
  return { genuine, strangers }
}
