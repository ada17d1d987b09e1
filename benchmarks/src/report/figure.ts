/** A number with three significant digits, never with an exponent. */
export const figure = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: false })
