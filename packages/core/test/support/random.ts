import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { mersenne } from 'pure-rand/generator/mersenne'

/** Numbers in [0, 1) of a seed, so that every failure can be repeated. */
export const generator = (seed: number): (() => number) => {
  const numbers = mersenne(seed)
  return () => uniformFloat64(numbers)
}

/** Numbers of a rough bell curve around 0. */
export const bell = (random: () => number, length: number): Float64Array =>
  Float64Array.from({ length }, () => random() + random() + random() - 1.5)

/** Evenly spread numbers between two bounds. */
export const even = (
  random: () => number,
  length: number,
  low: number,
  high: number,
): Float64Array => Float64Array.from({ length }, () => low + (high - low) * random())

/** Labels: each of the classes. */
export const someLabels = (random: () => number, length: number, classes: number): number[] =>
  Array.from({ length }, () => Math.floor(random() * classes))
