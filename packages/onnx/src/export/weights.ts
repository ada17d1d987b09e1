import { Float16Array } from '@petamoriken/float16'
import { dataTypes } from '../proto/data-type.js'
import type { Draft, TensorProto } from '../proto/model.js'
import type { ExportOptions } from './options.js'

/** Weights that are too long for the file itself: write `data` to a file of this name beside it. */
export interface ExternalData {
  readonly location: string
  readonly data: Uint8Array
}

/** The most that a file holds, less what the rest of the graph may take. */
const roomInFile = 2 ** 31 - 2 ** 24

/** Class weights as a tensor of the file, or one that names another file. */
export const weightTensor = (
  weights: Float32Array,
  shape: readonly number[],
  { weightType, externalAbove = roomInFile, externalLocation = 'weights.bin' }: ExportOptions,
): { readonly tensor: Draft<TensorProto>; readonly external: ExternalData | undefined } => {
  const values = weightType === 'float16' ? Float16Array.from(weights) : weights
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const tensor = {
    dataType: dataTypes[weightType === 'float16' ? 'float16' : 'float'],
    dims: shape.map(BigInt),
  }
  if (data.length <= externalAbove)
    return { tensor: { ...tensor, rawData: data }, external: undefined }
  const entries = { location: externalLocation, offset: '0', length: String(data.length) }
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }))
  return {
    tensor: { ...tensor, dataLocation: 1, externalData },
    external: { location: externalLocation, data },
  }
}
