/** Sizes of the net's layers: the front end's values, hidden units, numbers of an embedding. */
export const widths = { features: 624, hidden: 256, embedding: 64 } as const

/** A linear layer whose batch norm is folded into it: scale · (input · weights) + offset, channel by channel. */
export interface PackedLayer {
  /** Whole numbers from -127 to 127, [inputs, channels]. */
  readonly weights: Int8Array
  /** [channels]. */
  readonly scale: Float32Array
  /** [channels]. */
  readonly offset: Float32Array
}

/** The trained net without what only training needs, in a byte a weight. */
export interface PackedNet {
  readonly first: PackedLayer
  /** PReLU: the factor of negative values, [256]. */
  readonly slope: Float32Array
  readonly second: PackedLayer
}

const { features, hidden, embedding } = widths
const bytes = features * hidden + hidden * embedding
const floats = 3 * hidden + 2 * embedding

/** One block of bytes: both weights, then scale, offset and slope of the first layer, scale and offset of the second. */
export const joinNet = ({ first, slope, second }: PackedNet): Uint8Array<ArrayBuffer> => {
  const block = new Uint8Array(bytes + 4 * floats)
  const weights = new Int8Array(block.buffer, 0, bytes)
  weights.set(first.weights)
  weights.set(second.weights, first.weights.length)
  const numbers = new Float32Array(block.buffer, bytes, floats)
  let at = 0
  for (const part of [first.scale, first.offset, slope, second.scale, second.offset]) {
    numbers.set(part, at)
    at += part.length
  }
  return block
}

/**
 * Reads what {@link joinNet} wrote; the arrays are views.
 *
 * @throws RangeError for another number of bytes.
 */
export const splitNet = (block: ArrayBuffer): PackedNet => {
  if (block.byteLength !== bytes + 4 * floats) {
    throw new RangeError(`the net has ${block.byteLength} bytes; allowed: ${bytes + 4 * floats}`)
  }
  let at = bytes
  const numbers = (length: number): Float32Array => {
    const part = new Float32Array(block, at, length)
    at += 4 * length
    return part
  }
  const [scale, offset, slope] = [numbers(hidden), numbers(hidden), numbers(hidden)]
  return {
    first: { weights: new Int8Array(block, 0, features * hidden), scale, offset },
    slope,
    second: {
      weights: new Int8Array(block, features * hidden, hidden * embedding),
      scale: numbers(embedding),
      offset: numbers(embedding),
    },
  }
}
