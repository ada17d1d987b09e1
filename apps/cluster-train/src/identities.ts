import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Scatters neighbouring seeds, whose first numbers would be alike (the finaliser of MurmurHash3). */
const scatter = (seed: number): number => {
  const once = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}

/** Values of a rough bell curve around 0 that belong to a seed: the same on every process. */
const bell = (seed: number, target: Float32Array): void => {
  const generator = xoroshiro128plus(seed)
  for (let at = 0; at < target.length; at++) {
    let sum = -1.5
    for (let part = 0; part < 3; part++) sum += uniformFloat64(generator)
    target[at] = sum
  }
}

/** Identities that nobody stores: each is the direction that its number is the seed of. */
export interface Identities {
  /** Writes the class weights that training starts from, vector by vector. */
  start(first: number, target: Float32Array): void
  /** Rows of a step: pictures of identities, which lie around their directions. */
  batch(step: number, firstRow: number, rows: number): Rows
}

/** Embeddings [rows, D] and their classes. */
interface Rows {
  readonly embeddings: Float32Array
  readonly labels: Int32Array
}

/**
 * Makes identities.
 *
 * @param classes how many.
 * @param dimension D.
 * @param noise length of what a picture adds to its identity, relative to the identity's own.
 * @param seed of everything.
 */
export const identitiesOf = (
  classes: number,
  dimension: number,
  noise: number,
  seed: number,
): Identities => {
  const vector = new Float32Array(dimension)
  const seedOf = (kind: number, index: number): number => scatter(scatter(seed * 31 + kind) + index)
  return {
    start: (first, target) => {
      for (let at = 0; at < target.length; at += dimension) {
        bell(seedOf(1, first + at / dimension), target.subarray(at, at + dimension))
      }
    },
    batch: (step, firstRow, rows) => {
      const embeddings = new Float32Array(rows * dimension)
      const labels = new Int32Array(rows)
      for (let row = 0; row < rows; row++) {
        const picture = step * 1_000_003 + firstRow + row
        const label = Math.floor(uniformFloat64(xoroshiro128plus(seedOf(2, picture))) * classes)
        const own = embeddings.subarray(row * dimension, (row + 1) * dimension)
        bell(seedOf(3, picture), own)
        bell(seedOf(4, label), vector)
        for (let d = 0; d < dimension; d++) {
          own[d] = (vector[d] as number) + noise * (own[d] as number)
        }
        labels[row] = label
      }
      return { embeddings, labels }
    },
  }
}
