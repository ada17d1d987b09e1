import { cosineScores } from '@arcmargin/wasm'
import { minus } from './vectors.js'

/** What was learned: enough to recognise without the pictures. */
export interface Recogniser {
  readonly names: readonly string[]
  /** [names · dimension]. */
  readonly classWeights: Float32Array
  readonly dimension: number
  /** What is taken off every embedding before it is compared, [dimension]. */
  readonly mean: Float32Array
  /** Least cosine that counts as recognised; Infinity: none does. */
  readonly threshold: number
}

/** What a picture shows. */
export interface Recognition {
  /** Index of the name; undefined: nothing that was taught. */
  readonly known: number | undefined
  /** Cosine to each class weight. */
  readonly scores: Float64Array
}

/** Index of the largest score. */
export const bestOf = (scores: Float64Array): number => scores.indexOf(Math.max(...scores))

/** Names an embedding, or says that it is unknown. */
export const recognise = (recogniser: Recogniser, embedding: Float32Array): Recognition => {
  const { classWeights, dimension, mean, threshold } = recogniser
  const scores = cosineScores({ embeddings: minus(embedding, mean), classWeights, dimension })
  const best = bestOf(scores)
  return { known: (scores[best] as number) >= threshold ? best : undefined, scores }
}
