/** A small seeded generator of numbers in [0, 1) (mulberry32), so that every failure can be repeated. */
export const generator = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
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
