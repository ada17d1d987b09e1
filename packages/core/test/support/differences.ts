/**
 * A derivative by central differences with one step of Richardson's extrapolation, error O(h⁴), and how much the extrapolation
 * changed: O(h²), but as large as the derivative itself where a kink is near.
 */
export const difference = (
  f: (value: number) => number,
  at: number,
  step = 1e-4,
): { readonly slope: number; readonly doubt: number } => {
  const central = (h: number): number => (f(at + h) - f(at - h)) / (2 * h)
  const [whole, half] = [central(step), central(step / 2)]
  const slope = (4 * half - whole) / 3
  return { slope, doubt: Math.abs(slope - half) }
}

/** Central differences by every entry of an array, which is put back as it was. */
export const differences = (
  f: () => number,
  values: Float64Array,
  step?: number,
): { readonly slopes: Float64Array; readonly doubts: Float64Array } => {
  const slopes = new Float64Array(values.length)
  const doubts = new Float64Array(values.length)
  for (let index = 0; index < values.length; index++) {
    const before = values[index] as number
    const { slope, doubt } = difference(
      (value) => {
        values[index] = value
        return f()
      },
      before,
      step,
    )
    values[index] = before
    slopes[index] = slope
    doubts[index] = doubt
  }
  return { slopes, doubts }
}
