import { readFileSync } from 'node:fs'
import { ShapeError } from '@arcmargin/core'
import { parse as parseNpy } from 'npyjs'

/** Class weights of a file, with the sizes that it tells. */
export interface WeightsFile {
  readonly weights: Float32Array
  readonly dimension?: number
  readonly subCenters?: number
}

/**
 * Reads class weights: a `.npy` file of floats, [C, D] or [C, K, D], or the plain float32 values of `OrtTrainer.export`, little-endian.
 *
 * @throws ShapeError when the file does not hold such numbers.
 */
export const readWeights = (file: string): WeightsFile => {
  const { buffer, byteOffset, byteLength } = readFileSync(file)
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  if (file.endsWith('.npy')) return readNpy(file, bytes)
  if (byteLength % 4 === 0) return { weights: new Float32Array(bytes) }
  throw new ShapeError(`${file} has ${byteLength} bytes`, {
    argument: '--weights',
    allowed: 'a .npy file, or float32 values of 4 bytes each',
  })
}

const readNpy = (file: string, bytes: ArrayBuffer): WeightsFile => {
  const { data, shape, fortranOrder } = parseNpy(bytes)
  const isFloat = data instanceof Float32Array || data instanceof Float64Array
  if (!isFloat || fortranOrder || shape.length < 2 || shape.length > 3) {
    throw new ShapeError(`${file} holds ${data.constructor.name} [${shape.join(', ')}]`, {
      argument: '--weights',
      allowed: 'float32 or float64 of shape [C, D] or [C, K, D] in C order',
    })
  }
  const [, second = 0, third] = shape
  const sizes =
    third === undefined ? { dimension: second } : { subCenters: second, dimension: third }
  return { weights: Float32Array.from(data), ...sizes }
}
