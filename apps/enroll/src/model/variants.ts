import { meanOf, minus } from './vectors.js'

/** Embeddings of one picture: its own first, then those of its changed copies. */
export type Variants = readonly Float32Array[]

/** The mean of the pictures' own embeddings, [dimension]. */
export const meanOfPictures = (pictures: readonly Variants[], dimension: number): Float32Array =>
  meanOf(
    pictures.map(([own]) => own as Float32Array),
    dimension,
  )

/** The same pictures without the mean. */
export const centred = (pictures: readonly Variants[], mean: Float32Array): Variants[] =>
  pictures.map((variants) => variants.map((embedding) => minus(embedding, mean)))
