import { describePicture, featureLength, toInk } from '@arcmargin/quickstart/features'
import { pictureLength, pictureSize } from '@arcmargin/quickstart/size'
import set from '../../../verification-lab/data/set.json'

/** How many emoji the page trains on, the first of the verification lab's sheet. */
export const classes = 48

/** Drawings of each emoji, one a vendor: columns of the sheet. */
export const vendors: readonly string[] = set.vendors

/** Names of the emoji. */
export const names: readonly string[] = set.emoji
  .slice(0, classes)
  .map((name) => name.replaceAll('-', ' '))

/** Vendors whose drawings no step sees. */
const heldOut: readonly string[] = ['twemoji', 'emojione']

/** The emoji that a row of the sheet's tiles shows. */
export const classOf = (row: number): number => Math.floor(row / vendors.length)

const rows = Array.from({ length: classes * vendors.length }, (_, row) => row)
const isHeldOut = (row: number): boolean => heldOut.includes(vendors[row % vendors.length] ?? '')

/** Rows to train on, and rows to look up. */
export const trainingRows: readonly number[] = rows.filter((row) => !isHeldOut(row))
export const lookedUpRows: readonly number[] = rows.filter(isHeldOut)

/** What the quickstart's front end says of each picture, less the mean over the pictures to train on. */
export interface Features {
  /** [rows · 624]. */
  readonly values: Float32Array
  /** [624]. */
  readonly mean: Float32Array
}

/** Describes every tile of a sheet in RGBA; a row of it has a tile for each vendor. */
export const describeSheet = (sheet: ArrayLike<number>): Features => {
  const values = new Float32Array(rows.length * featureLength)
  const [bytes, ink] = [new Uint8Array(pictureLength), new Float32Array(pictureLength)]
  const width = vendors.length * pictureSize
  for (const row of rows) {
    const left = (row % vendors.length) * pictureSize
    const top = classOf(row) * pictureSize
    for (let i = 0; i < pictureLength; i++) {
      const pixel = Math.floor(i / 3)
      const [x, y] = [left + (pixel % pictureSize), top + Math.floor(pixel / pictureSize)]
      bytes[i] = sheet[(y * width + x) * 4 + (i % 3)] as number
    }
    toInk(bytes, ink)
    describePicture(ink, values.subarray(row * featureLength, (row + 1) * featureLength))
  }
  const mean = new Float32Array(featureLength)
  for (const row of trainingRows) {
    for (let i = 0; i < featureLength; i++) {
      mean[i]! += values[row * featureLength + i]! / trainingRows.length
    }
  }
  return { values: values.map((value, i) => value - mean[i % featureLength]!), mean }
}

/** Reads the part of the sheet that is trained on and describes it. */
export const loadFeatures = async (url: string): Promise<Features> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The pictures could not be loaded: ${response.statusText}`)
  const picture = await createImageBitmap(await response.blob())
  const [width, height] = [vendors.length * pictureSize, classes * pictureSize]
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser has no canvas to read pictures with.')
  context.drawImage(picture, 0, 0)
  return describeSheet(context.getImageData(0, 0, width, height).data)
}
