import { FileError } from './model/file-error.js'
import { type Picture, side } from './model/picture.js'

const canvas = document.createElement('canvas')
canvas.width = side
canvas.height = side
const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D

/** A part of an image. */
interface Crop {
  readonly left: number
  readonly top: number
  readonly size: number
}

/** The largest square in the middle. */
export const middle = (width: number, height: number): Crop => {
  const size = Math.min(width, height)
  return { left: (width - size) / 2, top: (height - size) / 2, size }
}

/** Reads a square of an image, on white. */
export const grab = (source: CanvasImageSource, { left, top, size }: Crop): Picture => {
  context.fillStyle = '#fff'
  context.fillRect(0, 0, side, side)
  // A small drawing keeps its pixels; a large picture is made smaller smoothly.
  context.imageSmoothingEnabled = size > side
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, left, top, size, size, 0, 0, side, side)
  return { pixels: new Uint8ClampedArray(context.getImageData(0, 0, side, side).data) }
}

/** A picture as a link that an image shows. */
export const toUrl = ({ pixels }: Picture): string => {
  context.putImageData(new ImageData(pixels, side), 0, 0)
  return canvas.toDataURL('image/jpeg', 0.8)
}

/** Reads an image file. */
export const readPicture = async (file: File): Promise<Picture> => {
  const image = await createImageBitmap(file).catch(() => {
    throw new FileError(`${file.name} is not a picture that this browser can read`)
  })
  const picture = grab(image, middle(image.width, image.height))
  image.close()
  return picture
}
