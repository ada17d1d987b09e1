import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { type Picture, side } from '../src/model/picture.js'

const data = new URL('../../verification-lab/data/', import.meta.url)
const set: { emoji: string[]; vendors: string[] } = JSON.parse(
  readFileSync(new URL('set.json', data), 'utf8'),
)
const sheet = sharp(readFileSync(new URL('pictures.webp', data)))
  .removeAlpha()
  .raw()
  .toBuffer({ resolveWithObject: true })

/** Emoji that no net was trained on. */
export const unseenEmoji: readonly string[] = set.emoji

/** Side of a drawing in pixels. */
export const drawnSize = 32

/** One vendor's drawing of an unseen emoji: red, green and blue, [32 · 32 · 3]. */
export const drawing = async (emoji: string, vendor: number): Promise<Buffer> => {
  const { data: pixels, info } = await sheet
  const lines = Array.from({ length: drawnSize }, (_, y) => {
    const line = set.emoji.indexOf(emoji) * drawnSize + y
    const start = (line * info.width + vendor * drawnSize) * 3
    return pixels.subarray(start, start + drawnSize * 3)
  })
  return Buffer.concat(lines)
}

/** A drawing as the page keeps it: every pixel seven times as wide and high. */
export const kept = async (emoji: string, vendor: number): Promise<Picture> => {
  const rgb = await drawing(emoji, vendor)
  const times = side / drawnSize
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (Math.floor(y / times) * drawnSize + Math.floor(x / times)) * 3
      pixels.set(rgb.subarray(from, from + 3), (y * side + x) * 4)
    }
  }
  return { pixels }
}
