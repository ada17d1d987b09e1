import { ParameterError } from '../errors.js'

/**
 * How the cosines of K sub-centers become the one of their class: the largest (the first of equals), or the mean weighted by
 * softmax(cosine/temperature) (SoftTriple).
 */
export interface Pooling {
  /** Whether the pooled cosine is a mean, so that no one sub-center lies at its angle. */
  readonly soft: boolean
  /** The class's cosine. `which` is the sub-center it came from, 0 for the softmax. */
  pool(cosines: Float64Array, start: number): number
  /** The sub-center that the last call of `pool` chose. */
  which: number
  /** d pooled / d cosine_k, for the value and the sub-center that `pool` returned. */
  weight(cosines: Float64Array, start: number, pooled: number, which: number, k: number): number
  /** Puts d loss / d cosine_k in the place of the cosines, for d loss / d pooled. */
  spread(
    cosines: Float64Array,
    start: number,
    pooled: number,
    which: number,
    gradient: number,
  ): void
}

const clip = (cosine: number): number => Math.max(-1, Math.min(1, cosine))

/** Refuses the temperature of a softmax over the sub-centers that is not above 0. */
export const checkTemperature = (temperature: number): void => {
  if (temperature > 0 && temperature < Infinity) return
  const allowed = 'a formula whose value is finite and above 0'
  const details = { argument: 'pooling.temperature', value: temperature, allowed }
  throw new ParameterError('is out of range', details)
}

/**
 * Pooling over `subCenters`; the softmax where a temperature is given.
 *
 * @throws ParameterError for a temperature that is not above 0.
 */
export const createPooling = (subCenters: number, temperature: number | undefined): Pooling => {
  if (temperature === undefined) {
    const pooling: Pooling = {
      soft: false,
      which: 0,
      pool: (cosines, start) => {
        let best = 0
        for (let k = 1; k < subCenters; k++) {
          if ((cosines[start + k] as number) > (cosines[start + best] as number)) best = k
        }
        pooling.which = best
        // Rounding may leave [-1, 1] by an ulp, where powers of 1 + cosθ would be NaN.
        return clip(cosines[start + best] as number)
      },
      weight: (_cosines, _start, _pooled, which, k) => (k === which ? 1 : 0),
      spread: (cosines, start, _pooled, which, gradient) => {
        for (let k = 0; k < subCenters; k++) cosines[start + k] = 0
        cosines[start + which] = gradient
      },
    }
    return pooling
  }
  checkTemperature(temperature)
  /** softmax_k: exp(cosine_k/temperature) over their sum, relative to the largest. */
  const share = (cosines: Float64Array, start: number, k: number): number => {
    let sum = 0
    for (let other = 0; other < subCenters; other++) {
      const difference = (cosines[start + other] as number) - (cosines[start + k] as number)
      sum += Math.exp(difference / temperature)
    }
    return 1 / sum
  }
  const weight: Pooling['weight'] = (cosines, start, pooled, _which, k) =>
    share(cosines, start, k) * (1 + ((cosines[start + k] as number) - pooled) / temperature)
  return {
    soft: true,
    which: 0,
    pool: (cosines, start) => {
      let pooled = 0
      for (let k = 0; k < subCenters; k++) {
        pooled += share(cosines, start, k) * (cosines[start + k] as number)
      }
      return clip(pooled)
    },
    weight,
    spread: (cosines, start, pooled, which, gradient) => {
      // The shares need all cosines while they are being replaced.
      const before = cosines.slice(start, start + subCenters)
      for (let k = 0; k < subCenters; k++) {
        cosines[start + k] = gradient * weight(before, 0, pooled, which, k)
      }
    },
  }
}
