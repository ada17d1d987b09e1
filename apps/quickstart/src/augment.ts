import { pictureSize } from './pictures/render.js'
import type { Random } from './random.js'

/** Ranges of the random changes; angles in radians, shifts in pixels. */
const turn = 0.15
const zoom = 0.12
const shift = 2
const saturation: readonly [number, number] = [0.5, 1.5]
const brightness: readonly [number, number] = [0.7, 1.3]

const centre = (pictureSize - 1) / 2

/**
 * Turns, zooms and shifts a picture, and changes the strength of its colours: another drawing of the same thing.
 *
 * @param ink 32×32 RGB triples, 0 for white.
 * @param out receives the changed picture; not the same array.
 */
export const augment = (ink: Float32Array, out: Float32Array, random: Random): void => {
  const angle = random.between(-turn, turn)
  const scale = 1 / random.between(1 - zoom, 1 + zoom)
  const cosine = Math.cos(angle) * scale
  const sine = Math.sin(angle) * scale
  const left = centre + random.between(-shift, shift)
  const top = centre + random.between(-shift, shift)
  const colour = random.between(...saturation)
  const strength = random.between(...brightness)
  for (let y = 0; y < pictureSize; y++) {
    for (let x = 0; x < pictureSize; x++) {
      const fromX = cosine * (x - left) + sine * (y - top) + centre
      const fromY = cosine * (y - top) - sine * (x - left) + centre
      const at = (y * pictureSize + x) * 3
      sample(ink, fromX, fromY, out, at)
      recolour(out, at, colour, strength)
    }
  }
}

/** Bilinear interpolation; white outside the picture. */
const sample = (ink: Float32Array, x: number, y: number, out: Float32Array, at: number): void => {
  const x0 = Math.floor(x)
  const y0 = Math.floor(y)
  out[at] = 0
  out[at + 1] = 0
  out[at + 2] = 0
  if (x0 < -1 || y0 < -1 || x0 >= pictureSize || y0 >= pictureSize) return
  for (let dy = 0; dy < 2; dy++) {
    for (let dx = 0; dx < 2; dx++) {
      const column = x0 + dx
      const row = y0 + dy
      if (column < 0 || row < 0 || column >= pictureSize || row >= pictureSize) continue
      const weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row))
      const from = (row * pictureSize + column) * 3
      out[at] = (out[at] as number) + weight * (ink[from] as number)
      out[at + 1] = (out[at + 1] as number) + weight * (ink[from + 1] as number)
      out[at + 2] = (out[at + 2] as number) + weight * (ink[from + 2] as number)
    }
  }
}

/** Moves a pixel's colour away from or towards grey, then makes it stronger or fainter. */
const recolour = (out: Float32Array, at: number, colour: number, strength: number): void => {
  const red = out[at] as number
  const green = out[at + 1] as number
  const blue = out[at + 2] as number
  const grey = 0.299 * red + 0.587 * green + 0.114 * blue
  out[at] = clampInk((grey + colour * (red - grey)) * strength)
  out[at + 1] = clampInk((grey + colour * (green - grey)) * strength)
  out[at + 2] = clampInk((grey + colour * (blue - grey)) * strength)
}

const clampInk = (value: number): number => Math.min(Math.max(value, 0), 1)
