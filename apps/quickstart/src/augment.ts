import { pictureSize } from './pictures/size.js'
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
  const column = Math.floor(x)
  const row = Math.floor(y)
  const right = x - column
  const below = y - row
  const from = (row * pictureSize + column) * 3
  // An index outside of the array would read undefined, and one outside of the row its neighbour: both count as white.
  const a = inside(column, row) ? (1 - right) * (1 - below) : 0
  const b = inside(column + 1, row) ? right * (1 - below) : 0
  const c = inside(column, row + 1) ? (1 - right) * below : 0
  const d = inside(column + 1, row + 1) ? right * below : 0
  const fromA = a > 0 ? from : 0
  const fromB = b > 0 ? from + 3 : 0
  const fromC = c > 0 ? from + pictureSize * 3 : 0
  const fromD = d > 0 ? from + pictureSize * 3 + 3 : 0
  for (let channel = 0; channel < 3; channel++) {
    out[at + channel] =
      a * (ink[fromA + channel] as number) +
      b * (ink[fromB + channel] as number) +
      c * (ink[fromC + channel] as number) +
      d * (ink[fromD + channel] as number)
  }
}

const inside = (column: number, row: number): boolean =>
  column >= 0 && row >= 0 && column < pictureSize && row < pictureSize

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
