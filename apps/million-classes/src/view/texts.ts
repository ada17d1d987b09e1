/** A whole number with its thousands apart. */
export const whole = (value: number): string => value.toLocaleString('en')

/** Bytes in the unit that suits them. */
export const inBytes = (bytes: number): string => {
  const [size, unit] = bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${size.toPrecision(3)} ${unit}`
}

/** Milliseconds, or seconds where there are many. */
export const inTime = (milliseconds: number): string =>
  milliseconds < 10_000
    ? `${Number(milliseconds.toPrecision(3))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`

/** A share in percent. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
