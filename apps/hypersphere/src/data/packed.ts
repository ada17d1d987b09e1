import { type Digits, pixelCount } from './digits.js'

/** Labels and pixels in one: the number of pictures (4 bytes, little end first), labels, pixels. */
export const pack = ({ labels, pixels }: Digits): Uint8Array<ArrayBuffer> => {
  const packed = new Uint8Array(4 + labels.length + pixels.length)
  new DataView(packed.buffer).setUint32(0, labels.length, true)
  packed.set(labels, 4)
  packed.set(pixels, 4 + labels.length)
  return packed
}

/** What {@link pack} packed. */
export const unpack = (buffer: ArrayBuffer): Digits => {
  const count = new DataView(buffer).getUint32(0, true)
  return {
    labels: new Uint8Array(buffer, 4, count),
    pixels: new Uint8Array(buffer, 4 + count, count * pixelCount),
  }
}
