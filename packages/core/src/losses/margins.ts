import { ParameterError } from '../errors.js'

/** How a class's margin follows from its number of samples. */
export interface DynamicMarginOptions {
  /** Margin of the largest class, radians. Default 0.05. */
  readonly minimum?: number
  /** Added for the smallest class, radians. Default 0.45. */
  readonly range?: number
  /** λ of n^-λ. Default 1/4. */
  readonly exponent?: number
}

/**
 * Margins that grow as classes get rarer: m_j = minimum + range·(t_j - min t)/(max t - min t), t_j = n_j^-λ.
 * Ha et al., Google Landmark Recognition 2020, arXiv:2010.05350; defaults of the third-place solution. Equal counts all get
 * `minimum`. For `arcFace({ margin: 'perClass' })`, given to the head as `parameters: { margin }`.
 *
 * @param counts [C] samples of each class, above 0.
 * @returns [C] margins in radians.
 */
export const dynamicMargins = (
  counts: ArrayLike<number>,
  { minimum = 0.05, range = 0.45, exponent = 0.25 }: DynamicMarginOptions = {},
): Float64Array => {
  const t = Float64Array.from(checkCounts(counts), (n) => n ** -exponent)
  const lowest = t.reduce((a, b) => Math.min(a, b), Infinity)
  const spread = t.reduce((a, b) => Math.max(a, b), 0) - lowest
  return t.map((value) => (spread === 0 ? minimum : ((value - lowest) / spread) * range + minimum))
}

/**
 * LDAM's margins m_j = maximum·n_j^-1/4 / max_k n_k^-1/4: the rarest class gets `maximum`. Cao et al., NeurIPS 2019.
 *
 * @param counts [C] samples of each class, above 0.
 * @param maximum largest margin, as a cosine. Default 0.5.
 * @returns [C] margins, as cosines.
 */
export const ldamMargins = (counts: ArrayLike<number>, maximum = 0.5): Float64Array => {
  const t = Float64Array.from(checkCounts(counts), (n) => n ** -0.25)
  const largest = t.reduce((a, b) => Math.max(a, b), 0)
  return t.map((value) => (maximum * value) / largest)
}

const checkCounts = (counts: ArrayLike<number>): ArrayLike<number> => {
  for (let row = 0; row < counts.length; row++) {
    const value = counts[row] as number
    if (!(value > 0 && value < Infinity)) {
      throw new ParameterError('is out of range', {
        argument: 'counts',
        row,
        value,
        allowed: 'finite numbers above 0',
      })
    }
  }
  return counts
}
