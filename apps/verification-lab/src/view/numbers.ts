/** A rate in percent with three digits that count: 43.2 %, 0.100 %. */
export const percent = (rate: number): string => {
  if (rate === 0) return '0 %'
  const digits = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(100 * rate))))
  return `${(100 * rate).toFixed(digits)} %`
}
