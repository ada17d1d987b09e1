/** A table of unit vectors, [count, dimension] in float64. */
export interface UnitRows {
  readonly values: Float64Array
  readonly dimension: number
}

/** Squares of |a - b| and |a + b| for row i of `a` and row j of `b`. */
const squares = (a: UnitRows, i: number, b: UnitRows, j: number): [minus: number, plus: number] => {
  let minus = 0
  let plus = 0
  for (let k = 0; k < a.dimension; k++) {
    const x = a.values[i * a.dimension + k] as number
    const y = b.values[j * a.dimension + k] as number
    minus += (x - y) ** 2
    plus += (x + y) ** 2
  }
  return [minus, plus]
}

/**
 * Angle in radians between unit rows: 2·atan2(|a - b|, |a + b|) (Kahan, "How futile are mindless assessments of roundoff",
 * section 12). The arc cosine of the dot product cannot tell angles below 1.5e-8 apart; this is accurate from 0 to π.
 */
export const angleBetween = (a: UnitRows, i: number, b: UnitRows, j: number): number => {
  const [minus, plus] = squares(a, i, b, j)
  return 2 * Math.atan2(Math.sqrt(minus), Math.sqrt(plus))
}

/** The smallest angle between row i of `a` and rows [from, to) of `b`; Infinity when there are none. */
export const smallestAngle = (
  a: UnitRows,
  i: number,
  b: UnitRows,
  from: number,
  to: number,
): number => {
  let least = Infinity
  for (let j = from; j < to; j++) least = Math.min(least, angleBetween(a, i, b, j))
  return least
}
