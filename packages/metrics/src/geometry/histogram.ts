import { checkFinite, checkInteger, checkOptions } from '../checks.js'
import { EmptyError, ParameterError } from '../errors.js'

/** Options of `angleHistogram`, in radians. */
export interface HistogramOptions {
  /** Default 90: two degrees each. */
  readonly bins?: number
  /** Start of the first bin; default 0. */
  readonly from?: number
  /** End of the last bin; default π. */
  readonly to?: number
}

/** A histogram and a summary; angles in radians. */
export interface AngleHistogram {
  /** bins + 1 edges; a bin holds its lower edge and not its upper one, the last bin holds both (as in NumPy). */
  readonly edges: Float64Array
  /** Angles in each bin. */
  readonly counts: Float64Array
  /** Angles below `from`. */
  readonly below: number
  /** Angles above `to`. */
  readonly above: number
  /** Of all angles, those outside of the bins included. */
  readonly mean: number
  /** Of the whole set (divided by n). */
  readonly standardDeviation: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/**
 * Histogram of angles, e.g. of `targetAngles` at a step of training (figure 4 of the ArcFace paper).
 *
 * @param angles [N] radians.
 * @throws EmptyError, NonFiniteError, ParameterError.
 */
export const angleHistogram = (
  angles: ArrayLike<number>,
  options: HistogramOptions = {},
): AngleHistogram => {
  checkOptions(options, { bins: true, from: true, to: true })
  const { bins = 90, from = 0, to = Math.PI } = options
  if (!(angles.length > 0)) throw new EmptyError('is empty', { argument: 'angles', value: 0 })
  checkFinite(angles, 'angles')
  checkInteger(bins, 'bins')
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
    const allowed = 'finite, from < to'
    throw new ParameterError('do not span a range', {
      argument: 'from, to',
      value: `${from}, ${to}`,
      allowed,
    })
  }
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => from + ((to - from) * i) / bins)
  // The formula may miss the end by an ulp, and angles of exactly `to` belong to the last bin.
  edges[bins] = to
  const sorted = Float64Array.from(angles).sort()
  const counts = new Float64Array(bins)
  let below = 0
  let above = 0
  let bin = 0
  for (const angle of sorted) {
    if (angle < from) below++
    else if (angle > to) above++
    else {
      while (bin < bins - 1 && angle >= (edges[bin + 1] as number)) bin++
      counts[bin] = (counts[bin] as number) + 1
    }
  }
  const n = sorted.length
  const mean = sorted.reduce((sum, angle) => sum + angle, 0) / n
  const variance = sorted.reduce((sum, angle) => sum + (angle - mean) ** 2, 0) / n
  const [lower, upper] = [sorted[(n - 1) >> 1] as number, sorted[n >> 1] as number]
  return {
    edges,
    counts,
    below,
    above,
    mean,
    standardDeviation: Math.sqrt(variance),
    median: (lower + upper) / 2,
    min: sorted[0] as number,
    max: sorted[n - 1] as number,
  }
}
