import { LabelError, ShapeError } from '../errors.js'
import type { FloatArray } from './batch.js'
import { countRows, readEmbeddings } from './layout.js'

/** How KappaFace weighs concentration against class size. */
export interface KappaOptions {
  /** T, steepness of the sigmoid over the standardised concentration. Default 0.4. */
  readonly temperature?: number
  /** γ, share of the concentration. Default 0.7. */
  readonly gamma?: number
}

/** Concentration and margin weight of every class. */
export interface KappaWeights {
  /** [C] κ of a von Mises-Fisher distribution. */
  readonly kappa: Float64Array
  /** [C] weights in [0, 1], for `parameters: { weight }` of `kappaFace`. */
  readonly weights: Float64Array
}

/**
 * KappaFace's weights: w_j = γ(1 - sigmoid(T·z(κ_j))) + (1-γ)(cos(π n_j/(1.05 max n)) + 1)/2 with κ = r(D - r²)/(1 - r²), r the
 * length of the mean unit embedding of a class and z the standardisation over classes. Oinar et al., arXiv:2201.07394.
 *
 * A class whose samples coincide (one sample, say) takes the largest finite κ; classes without samples take the mean of the
 * others, so they are neither rewarded nor punished; when no κ is finite or all are equal, z is 0.
 *
 * @param embeddings [N, D] of the whole training set.
 * @param labels [N] in 0 to C-1.
 * @param dimension D.
 * @param classes C.
 */
export const kappaWeights = (
  embeddings: FloatArray,
  labels: ArrayLike<number>,
  dimension: number,
  classes: number,
  { temperature = 0.4, gamma = 0.7 }: KappaOptions = {},
): KappaWeights => {
  const rows = countRows('embeddings', embeddings.length, dimension, 'dimension')
  if (labels.length !== rows) {
    throw new ShapeError(`has ${labels.length} values`, { argument: 'labels', allowed: `${rows}` })
  }
  const { unit } = readEmbeddings(embeddings, rows, dimension)
  const sums = new Float64Array(classes * dimension)
  const counts = new Float64Array(classes)
  for (let row = 0; row < rows; row++) {
    const label = labels[row] as number
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      const allowed = `0 to ${classes - 1}`
      throw new LabelError('is not a class', { argument: 'labels', row, value: label, allowed })
    }
    counts[label] = (counts[label] as number) + 1
    for (let d = 0; d < dimension; d++) {
      const at = label * dimension + d
      sums[at] = (sums[at] as number) + (unit[row * dimension + d] as number)
    }
  }
  const kappa = counts.map((n, label) => {
    if (n === 0) return Number.NaN
    const start = label * dimension
    const length = Math.hypot(...sums.subarray(start, start + dimension)) / n
    return (length * (dimension - length * length)) / (1 - length * length)
  })
  return { kappa: settle(kappa, counts), weights: weigh(kappa, counts, temperature, gamma) }
}

/** Replaces what has no finite concentration. */
const settle = (kappa: Float64Array, counts: Float64Array): Float64Array => {
  // Rounding may put the mean length of coinciding samples an ulp above or below 1: κ beyond 1e12 is that.
  const finite = kappa.filter((value) => value >= 0 && value < 1e12)
  const largest = finite.reduce((a, b) => Math.max(a, b), 0)
  const full = kappa.map((value) => (value >= 0 && value < 1e12 ? value : largest))
  const present = full.filter((_, label) => (counts[label] as number) > 0)
  const mean = present.reduce((a, b) => a + b, 0) / Math.max(present.length, 1)
  return full.map((value, label) => ((counts[label] as number) > 0 ? value : mean))
}

const weigh = (
  raw: Float64Array,
  counts: Float64Array,
  temperature: number,
  gamma: number,
): Float64Array => {
  const kappa = settle(raw, counts)
  const mean = kappa.reduce((a, b) => a + b, 0) / kappa.length
  const squares = kappa.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const std = Math.sqrt(squares / Math.max(kappa.length - 1, 1))
  const most = counts.reduce((a, b) => Math.max(a, b), 1)
  return kappa.map((value, label) => {
    const z = std === 0 ? 0 : (value - mean) / std
    const concentration = 1 - 1 / (1 + Math.exp(-temperature * z))
    const size = (Math.cos((Math.PI * (counts[label] as number)) / (1.05 * most)) + 1) / 2
    return gamma * concentration + (1 - gamma) * size
  })
}
