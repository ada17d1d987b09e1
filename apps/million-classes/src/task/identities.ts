import { random } from '@arcmargin/quickstart/random'
import { randomNormal } from 'd3-random'
import { dimension } from './job.js'

/** How far from its identity's centre an embedding lies at most times, radians. */
const spread = Math.PI / 6

/** Class weights that are made at a time. */
const weightBlock = 4096

/** A direction at random, of length 1: a normal number in each coordinate, the same for a seed and a purpose. */
const direction = (seed: number, purpose: string): Float64Array => {
  const { between } = random(seed, purpose)
  const normal = randomNormal.source(() => between(0, 1))()
  const values = Float64Array.from({ length: dimension }, () => normal())
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}

/** The truth: where an identity's embeddings lie around, [D] of length 1. Made from its number whenever it is asked for. */
export const centerOf = (identity: number): Float64Array => direction(identity, 'centre')

/**
 * One embedding of each of some identities, as a backbone would make them of one picture each: the centre, turned by about 30 degrees
 * into a direction that depends on the identity and the picture.
 *
 * @param picture names the picture: the same one gives the same embedding.
 * @returns [N, D].
 */
export const embeddingsOf = (identities: ArrayLike<number>, picture: string): Float32Array => {
  const embeddings = new Float32Array(identities.length * dimension)
  for (let row = 0; row < identities.length; row++) {
    const identity = identities[row] as number
    const noise = direction(identity, picture)
    const values = centerOf(identity).map(
      (value, d) => value + Math.tan(spread) * (noise[d] as number),
    )
    embeddings.set(values, row * dimension)
  }
  return embeddings
}

/** Class weights to start from, about 1 long, a block of classes at a time: [count, D] each. */
export function* startingWeights(
  classes: number,
): Generator<{ readonly first: number; readonly weights: Float32Array }> {
  const reach = Math.sqrt(3 / dimension)
  for (let first = 0; first < classes; first += weightBlock) {
    const count = Math.min(weightBlock, classes - first)
    const { between } = random(first, 'class weights')
    const weights = Float32Array.from({ length: count * dimension }, () => between(-reach, reach))
    yield { first, weights }
  }
}
