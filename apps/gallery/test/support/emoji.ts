import sharp from 'sharp'
import { drawing, drawnSize } from '../../../enroll/test/emoji.js'

/** One vendor's drawing as a file to drop. */
export const drawingFile = async (emoji: string, vendor: number) => ({
  name: `${emoji}-${vendor}.png`,
  mimeType: 'image/png',
  buffer: await sharp(await drawing(emoji, vendor), {
    raw: { width: drawnSize, height: drawnSize, channels: 3 },
  })
    .png()
    .toBuffer(),
})

/** Writes a film of one drawing for Chromium's camera: 4 frames of 224×224 pixels. */
export const film = async (emoji: string, vendor: number): Promise<Buffer> => {
  const size = 224
  const pixels = await sharp(await drawing(emoji, vendor), {
    raw: { width: drawnSize, height: drawnSize, channels: 3 },
  })
    .resize(size, size, { kernel: 'nearest' })
    .raw()
    .toBuffer()
  const frame = toYuv(pixels, size)
  const start = Buffer.from(`YUV4MPEG2 W${size} H${size} F10:1 Ip A1:1 C420jpeg\n`)
  const one = Buffer.concat([Buffer.from('FRAME\n'), frame])
  return Buffer.concat([start, one, one, one, one])
}

/** BT.601: brightness of every pixel, then both colour differences of every 2×2 pixels. */
const toYuv = (rgb: Buffer, size: number): Buffer => {
  const half = size / 2
  const planes = Buffer.alloc(size * size + 2 * half * half)
  const at = (x: number, y: number, channel: number): number =>
    rgb[(y * size + x) * 3 + channel] as number
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [r, g, b] = [at(x, y, 0), at(x, y, 1), at(x, y, 2)]
      planes[y * size + x] = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b)
      if (x % 2 === 1 || y % 2 === 1) continue
      const place = size * size + (y / 2) * half + x / 2
      planes[place] = Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b)
      planes[place + half * half] = Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b)
    }
  }
  return planes
}
