import { describePicture, featureLength, toInk } from './features.js'
import { pictureLength } from './pictures/size.js'
import { type EmojiRange, vendors } from './pictures/split.js'
import type { Random } from './random.js'

/** Pictures with whose they are. Row = emoji × vendors + vendor. */
export interface Dataset {
  /** Picture values from 0 (white) to 1. */
  readonly ink: Float32Array
  /** Which emoji of the range each picture shows. */
  readonly labels: Int32Array
  /** Which vendor drew it. */
  readonly vendors: Int32Array
  /** How many emoji there are. */
  readonly classes: number
}

/** The pictures of a range of emoji, by every vendor. */
export const datasetOf = (sheet: Uint8Array, { start, count }: EmojiRange): Dataset => {
  const rows = count * vendors.length
  const first = start * vendors.length * pictureLength
  const ink = new Float32Array(rows * pictureLength)
  toInk(sheet.subarray(first, first + ink.length), ink)
  return {
    ink,
    labels: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / vendors.length)),
    vendors: Int32Array.from({ length: rows }, (_, row) => row % vendors.length),
    classes: count,
  }
}

/** One picture of a set, not copied. */
export const pictureOf = ({ ink }: Dataset, row: number): Float32Array =>
  ink.subarray(row * pictureLength, (row + 1) * pictureLength)

/** The front end's description of every picture, unchanged: [pictures · 624]. */
export const featuresOf = (dataset: Dataset): Float32Array => {
  const rows = dataset.labels.length
  const features = new Float32Array(rows * featureLength)
  for (let row = 0; row < rows; row++) {
    const out = features.subarray(row * featureLength, (row + 1) * featureLength)
    describePicture(pictureOf(dataset, row), out)
  }
  return features
}

/** Labels of which exactly the given fraction is replaced by another class, chosen at random. */
export const withWrongLabels = (
  { labels, classes }: Dataset,
  fraction: number,
  random: Random,
): Int32Array => {
  const changed = labels.slice()
  const order = random.permutation(labels.length)
  for (const row of order.subarray(0, Math.round(labels.length * fraction))) {
    const step = 1 + random.below(classes - 1)
    changed[row] = ((labels[row] as number) + step) % classes
  }
  return changed
}
