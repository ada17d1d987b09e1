import fc from 'fast-check'
import type { HeadBatch } from '../../src/head/index.js'
import type { Loss } from '../../src/index.js'
import { bell, generator } from './random.js'

/** A hard batch in float32 and a scale. */
export interface Adversarial {
  readonly batch: HeadBatch & {
    readonly embeddings: Float32Array
    readonly classWeights: Float32Array
    readonly labels: readonly number[]
    readonly subCenters: number
  }
  readonly classes: number
  readonly scale: number
  readonly seed: number
}

/** How a vector lies to those before it. */
type Kind = 'random' | 'along' | 'against' | 'near' | 'axis' | 'zero' | 'denormal'

const kinds: readonly Kind[] = ['random', 'along', 'against', 'near', 'axis', 'zero', 'denormal']

/** Vectors of which some are multiples of earlier ones, nearly so, on an axis, zero or denormal, with norms 10^±exponent. */
const fill = (
  random: () => number,
  values: Float32Array,
  earlier: Float32Array,
  dimension: number,
  exponent: number,
): void => {
  for (let start = 0; start < values.length; start += dimension) {
    const kind = kinds[Math.floor(random() * kinds.length)] as Kind
    const pool = earlier.length > 0 ? earlier : values.subarray(0, start)
    const from = Math.floor((random() * pool.length) / dimension) * dimension
    const model = pool.length > 0 ? pool.subarray(from, from + dimension) : bell(random, dimension)
    const size = Math.hypot(...model) || 1
    const direction = bell(random, dimension)
    const norm = 10 ** ((2 * random() - 1) * exponent)
    const tilt = 10 ** (-8 * random())
    const axis = Math.floor(random() * dimension)
    for (let d = 0; d < dimension; d++) {
      const along = (model[d] as number) / size
      const entry: Record<Kind, number> = {
        random: (direction[d] as number) * norm,
        // Powers of two keep the direction exactly.
        along: (model[d] as number) * 2,
        against: (model[d] as number) * -0.5,
        near: (along + tilt * (direction[d] as number)) * norm,
        axis: d === axis ? norm : 0,
        zero: 0,
        denormal: (direction[d] as number) * 1e-42,
      }
      values[start + d] = entry[kind]
    }
  }
}

/**
 * Batches over the float32 domain: collinear, opposite, duplicate, zero and denormal rows, norms from 1e-20 to 1e20, scales up to
 * 1e4, batches of one, one class. A loss in which norms remain gets 1e-8 to 1e8: its gradients would not be float32 numbers.
 */
export const adversarial = (
  loss: Loss,
  subCenters: number | undefined,
): fc.Arbitrary<Adversarial> => {
  const { target, other } = loss.definition
  const exponent = /featureNorm|weightNorm/.test(`${JSON.stringify(target)} ${other}`) ? 8 : 20
  return fc
    .record({
      seed: fc.integer({ min: 1, max: 1e9 }),
      rows: fc.integer({ min: 1, max: 5 }),
      classes: fc.integer({ min: 1, max: 5 }),
      dimension: fc.integer({ min: 1, max: 4 }),
      centers: fc.integer({ min: 1, max: 3 }),
      scale: fc.constantFrom(1e-3, 1, 64, 1000, 1e4),
    })
    .map(({ seed, rows, classes, dimension, centers, scale }) => {
      const random = generator(seed)
      const k = subCenters ?? centers
      const classWeights = new Float32Array(classes * k * dimension)
      fill(random, classWeights, new Float32Array(0), dimension, exponent)
      const embeddings = new Float32Array(rows * dimension)
      fill(random, embeddings, classWeights, dimension, exponent)
      const labels = Array.from({ length: rows }, () => Math.floor(random() * (classes + 0.5)))
      return {
        batch: {
          embeddings,
          classWeights,
          labels: labels.map((label) => (label === classes ? -1 : label)),
          dimension,
          subCenters: k,
        },
        classes,
        scale,
        seed,
      }
    })
}
