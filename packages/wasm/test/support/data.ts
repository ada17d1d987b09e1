import type { HeadBatch } from '@arcmargin/core/head'
import { generator } from '../../../core/test/support/random.js'

export { generator }

/** Numbers of a rough bell curve around 0. */
const bell = (random: () => number, length: number): Float32Array =>
  Float32Array.from({ length }, () => random() + random() + random() - 1.5)

/** A batch in float32. */
export interface SingleBatch extends HeadBatch {
  readonly embeddings: Float32Array
  readonly classWeights: Float32Array
  readonly labels: readonly number[]
  readonly subCenters: number
}

/** Sizes of a batch: N, D, C, K. */
export interface Size {
  readonly rows: number
  readonly dimension: number
  readonly classes: number
  readonly subCenters?: number
}

/** Random embeddings and class weights; every seventh row is ignored. */
export const randomBatch = (seed: number, size: Size): SingleBatch => {
  const { rows, dimension, classes, subCenters = 1 } = size
  const random = generator(seed)
  return {
    embeddings: bell(random, rows * dimension),
    classWeights: bell(random, classes * subCenters * dimension),
    labels: Array.from({ length: rows }, (_, row) =>
      row % 7 === 6 ? -1 : Math.floor(random() * classes),
    ),
    dimension,
    subCenters,
  }
}

/**
 * As after training: each embedding lies near its class weight, `spread` away from it relative to its length. Losses of ArcFace
 * with s = 64, m = 0.5 fall from 1 to 1e-9 as the spread falls from 0.9 to 0.3.
 */
export const trainedBatch = (seed: number, size: Size, spread: number): SingleBatch => {
  const batch = randomBatch(seed, size)
  const { embeddings, classWeights, dimension, subCenters } = batch
  const labels = batch.labels.map((label, row) => (label < 0 ? row % size.classes : label))
  labels.forEach((label, row) => {
    for (let d = 0; d < dimension; d++) {
      const at = row * dimension + d
      const center = classWeights[label * subCenters * dimension + d] as number
      embeddings[at] = center + spread * (embeddings[at] as number)
    }
  })
  return { ...batch, labels }
}

/** The batch in float64, for core. */
export const asDouble = (batch: SingleBatch): HeadBatch => ({
  ...batch,
  embeddings: Float64Array.from(batch.embeddings),
  classWeights: Float64Array.from(batch.classWeights),
})

/** |found - expected| / |expected|. */
export const relativeError = (
  found: ArrayLike<number> | undefined,
  expected: ArrayLike<number> | undefined,
): number => {
  if (!found || !expected || found.length !== expected.length) return Number.POSITIVE_INFINITY
  let [error, size] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    error += ((found[i] as number) - (expected[i] as number)) ** 2
    size += (expected[i] as number) ** 2
  }
  return size === 0 ? Math.sqrt(error) : Math.sqrt(error / size)
}
