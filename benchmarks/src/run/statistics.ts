/** Repetitions in three numbers. */
export interface Summary {
  readonly median: number
  readonly fastest: number
  readonly slowest: number
}

/** Middle value; the mean of the two middle ones when their number is even. NaN of nothing. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** Median and range of some times. */
export const summarise = (times: readonly number[]): Summary => ({
  median: median(times),
  fastest: Math.min(...times),
  slowest: Math.max(...times),
})

/**
 * Least squares of log y on log x: the exponent b of y ≈ a·x^b, which is 1 where cost is proportional to size.
 *
 * @returns NaN with fewer than two different sizes.
 */
export const fittedExponent = (points: readonly (readonly [x: number, y: number])[]): number => {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const)
  const mean = (index: 0 | 1): number =>
    logs.reduce((sum, point) => sum + point[index], 0) / logs.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const variance = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return variance === 0 ? Number.NaN : covariance / variance
}
