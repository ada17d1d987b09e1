import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Repeatable random numbers: the same seed and purpose give the same sequence on every machine. */
export interface Random {
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Uniform whole number in [0, count). */
  below(count: number): number
  /** A random order of 0 … count - 1. */
  permutation(count: number): Uint32Array
}

/**
 * Makes a generator of its own for each purpose, so that one more draw in one place shifts no other.
 *
 * @param seed whole number.
 * @param purpose e.g. `'shuffle'`.
 */
export const random = (seed: number, purpose: string): Random => {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  for (const letter of purpose) {
    mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193)
    mixed ^= mixed >>> 15
  }
  const generator = xoroshiro128plus(mixed)
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 16; i++) generator.next()
  const below = (count: number): number => uniformInt(generator, 0, count - 1)
  return {
    below,
    between: (low, high) => low + (high - low) * ((generator.next() >>> 0) / 2 ** 32),
    permutation(count) {
      const order = Uint32Array.from({ length: count }, (_, i) => i)
      for (let i = count - 1; i > 0; i--) {
        const j = below(i + 1)
        const held = order[i] as number
        order[i] = order[j] as number
        order[j] = held
      }
      return order
    },
  }
}
