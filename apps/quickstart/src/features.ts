import { pictureSize } from './pictures/size.js'

const cell = 4
const cells = pictureSize / cell
const bins = 8
const colourCell = 8
const colourCells = pictureSize / colourCell

const hogLength = cells * cells * bins
const colourLength = colourCells * colourCells * 3
const greyLength = cells * cells

/** Values of one picture's description: 512 edges, 48 colours, 64 greys. */
export const featureLength: number = hogLength + colourLength + greyLength

/** Keeps an empty neighbourhood at 0 and faint noise small; ink runs from 0 to 1. */
const energyFloor = 1e-2

/** Bytes to ink, channel by channel: white paper is 0, black is 1. */
export const toInk = (bytes: Uint8Array, ink: Float32Array): void => {
  for (let i = 0; i < ink.length; i++) ink[i] = 1 - (bytes[i] as number) / 255
}

const grey = new Float32Array(pictureSize * pictureSize)
const energy = new Float32Array(cells * cells)

/** Which cell, and which larger colour cell, a pixel belongs to. */
const cellOf = cellIndex(cell)
const colourCellOf = cellIndex(colourCell)

function cellIndex(size: number): Uint8Array {
  return Uint8Array.from({ length: pictureSize * pictureSize }, (_, pixel) => {
    const row = Math.floor(pixel / pictureSize / size)
    return row * (pictureSize / size) + Math.floor((pixel % pictureSize) / size)
  })
}

/**
 * The fixed front end, without parameters: what a picture's edges, colours and shades are, and where.
 * Edges: histograms of gradient direction, each divided by the root of its neighbourhood's mean energy, so that faint
 * and bold drawings of one shape look alike (Dalal & Triggs, CVPR 2005).
 *
 * @param ink 32×32 RGB triples, 0 for white.
 * @param out receives `featureLength` values.
 */
export const describePicture = (ink: Float32Array, out: Float32Array): void => {
  out.fill(0)
  for (let i = 0; i < grey.length; i++) {
    const red = ink[3 * i] as number
    const green = ink[3 * i + 1] as number
    const blue = ink[3 * i + 2] as number
    grey[i] = 0.299 * red + 0.587 * green + 0.114 * blue
  }
  voteEdges(out)
  normaliseEdges(out)
  averageColours(ink, out)
  averageGreys(out)
}

/** Adds every pixel's gradient to its cell, shared linearly between the two nearest of 8 directions in [0, π). */
const voteEdges = (out: Float32Array): void => {
  const last = pictureSize - 1
  for (let y = 0; y < pictureSize; y++) {
    const row = y * pictureSize
    const above = y > 0 ? row - pictureSize : row
    const below = y < last ? row + pictureSize : row
    for (let x = 0; x < pictureSize; x++) {
      const left = row + (x > 0 ? x - 1 : x)
      const right = row + (x < last ? x + 1 : x)
      const dx = (grey[right] as number) - (grey[left] as number)
      const dy = (grey[below + x] as number) - (grey[above + x] as number)
      if (dx === 0 && dy === 0) continue
      const strength = Math.sqrt(dx * dx + dy * dy)
      const angle = Math.atan2(dy, dx)
      const direction = (angle < 0 ? angle + Math.PI : angle) * (bins / Math.PI)
      const bin = Math.floor(direction)
      const share = direction - bin
      const at = (cellOf[row + x] as number) * bins
      const first = at + (bin % bins)
      const second = at + ((bin + 1) % bins)
      out[first] = (out[first] as number) + strength * (1 - share)
      out[second] = (out[second] as number) + strength * share
    }
  }
}

/** Divides each cell's histogram by the root of the mean energy of the 3×3 cells around it. */
const normaliseEdges = (out: Float32Array): void => {
  for (let c = 0; c < energy.length; c++) {
    let sum = 0
    for (let b = 0; b < bins; b++) sum += (out[c * bins + b] as number) ** 2
    energy[c] = sum
  }
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const divisor = Math.sqrt(localEnergy(row, column) + energyFloor)
      const at = (row * cells + column) * bins
      for (let b = 0; b < bins; b++) out[at + b] = (out[at + b] as number) / divisor
    }
  }
}

/** Mean over the cells around one that exist: fewer at the border. */
const localEnergy = (row: number, column: number): number => {
  let sum = 0
  let count = 0
  for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, cells - 1); r++) {
    for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, cells - 1); c++) {
      sum += energy[r * cells + c] as number
      count++
    }
  }
  return sum / count
}

const averageColours = (ink: Float32Array, out: Float32Array): void => {
  const share = 1 / (colourCell * colourCell)
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = hogLength + (colourCellOf[pixel] as number) * 3
    out[at] = (out[at] as number) + (ink[3 * pixel] as number) * share
    out[at + 1] = (out[at + 1] as number) + (ink[3 * pixel + 1] as number) * share
    out[at + 2] = (out[at + 2] as number) + (ink[3 * pixel + 2] as number) * share
  }
}

const averageGreys = (out: Float32Array): void => {
  const share = 1 / (cell * cell)
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = hogLength + colourLength + (cellOf[pixel] as number)
    out[at] = (out[at] as number) + (grey[pixel] as number) * share
  }
}
