import sharp from 'sharp'
import { pictureLength, pictureSize } from './size.js'

/** Renders an SVG at twice the size on white and averages 2×2 pixels: 32×32 RGB bytes. */
export const renderPicture = async (svg: string): Promise<Uint8Array> => {
  const large = await sharp(Buffer.from(svg))
    .flatten({ background: 'white' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  return halve(large)
}

/** Averages 2×2 pixels of a 64×64 RGB picture. */
export const halve = (large: Uint8Array): Uint8Array => {
  const stride = pictureSize * 2 * 3
  const small = new Uint8Array(pictureLength)
  for (let i = 0; i < pictureLength; i++) {
    const row = Math.floor(i / (pictureSize * 3))
    const column = Math.floor(i / 3) % pictureSize
    const at = row * 2 * stride + column * 6 + (i % 3)
    const sum =
      (large[at] ?? 0) +
      (large[at + 3] ?? 0) +
      (large[at + stride] ?? 0) +
      (large[at + stride + 3] ?? 0)
    small[i] = Math.round(sum / 4)
  }
  return small
}
