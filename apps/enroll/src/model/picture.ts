/** Side of a kept picture in pixels: seven times the front end's 32, and what most backbones take. */
export const side = 224

/** A square picture: red, green, blue and 255 of each pixel, row after row. */
export interface Picture {
  /** [side · side · 4]. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
}

/** How much of each of `from` pixels one of `to` pixels covers: first pixel, and shares that sum to 1. */
const coverage = (from: number, to: number) =>
  Array.from({ length: to }, (_, i) => {
    const [start, end] = [(i * from) / to, ((i + 1) * from) / to]
    const first = Math.floor(start)
    const count = Math.ceil(end) - first
    const shares = Array.from({ length: count }, (_, j) => {
      const covered = Math.min(end, first + j + 1) - Math.max(start, first + j)
      return covered / (end - start)
    })
    return { first, shares }
  })

/**
 * A picture at another size: each new pixel is the mean of what it covers.
 *
 * @returns whole numbers from 0 to 255, [height · width · 3].
 */
export const scaled = ({ pixels }: Picture, width: number, height: number): Uint8Array => {
  const columns = coverage(side, width)
  const rows = coverage(side, height)
  const result = new Uint8Array(width * height * 3)
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (const [j, down] of row.shares.entries()) {
          for (const [i, across] of column.shares.entries()) {
            const pixel = (row.first + j) * side + column.first + i
            sum += down * across * (pixels[pixel * 4 + channel] as number)
          }
        }
        result[(y * width + x) * 3 + channel] = Math.round(sum)
      }
    }
  }
  return result
}
