/** log Σ e^values over the first `count`; -∞ over none. */
export const logSumExp = (values: Float64Array, count: number): number => {
  let largest = -Infinity
  for (let k = 0; k < count; k++) largest = Math.max(largest, values[k] as number)
  if (largest === -Infinity) return largest
  let sum = 0
  for (let k = 0; k < count; k++) sum += Math.exp((values[k] as number) - largest)
  return largest + Math.log(sum)
}

/** Σ of the first `count`. */
export const sumOf = (values: Float64Array, count: number): number => {
  let sum = 0
  for (let k = 0; k < count; k++) sum += values[k] as number
  return sum
}
