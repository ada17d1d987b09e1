/** ln Γ(x), x > 0: Stirling's series (Abramowitz & Stegun 6.1.40) after shifting x above 10, where it is exact to rounding. */
const logGamma = (x: number): number => {
  let shift = 0
  let y = x
  while (y < 10) shift -= Math.log(y++)
  const s = 1 / (y * y)
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / y
  return shift + (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method; converges for x < (a + 1) / (a + b + 2). */
const betaFraction = (x: number, a: number, b: number): number => {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1, change = 0; Math.abs(change - 1) > 1e-15 && m < 1e6; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    value *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    change = c * d
    value *= change
  }
  return value
}

/** The regularised incomplete beta function I_x(a, b), 0 < x < 1. */
const betaCumulative = (x: number, a: number, b: number): number => {
  const log = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  const front = Math.exp(log)
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

/** Where I_x(a, b) reaches `probability`, by bisection: the same bits on every machine whose logarithms agree. */
const betaQuantile = (probability: number, a: number, b: number): number => {
  let low = 0
  let high = 1
  for (let middle = 0.5; middle > low && middle < high; middle = (low + high) / 2) {
    if (betaCumulative(middle, a, b) < probability) low = middle
    else high = middle
  }
  return high
}

/**
 * The Clopper-Pearson interval of a binomial proportion (Biometrika 26, 1934): it covers the true rate with at least the
 * stated confidence for any count, zero included, which normal approximations do not.
 */
export const clopperPearson = (
  hits: number,
  trials: number,
  confidence: number,
): { low: number; high: number } => {
  const tail = (1 - confidence) / 2
  return {
    low: hits === 0 ? 0 : betaQuantile(tail, hits, trials - hits + 1),
    high: hits === trials ? 1 : betaQuantile(1 - tail, hits + 1, trials - hits),
  }
}
