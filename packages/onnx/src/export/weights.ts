import { Float16Array } from '@petamoriken/float16'
import type { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'
import type { HeadShape } from '../head/shape.js'
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

/** The class weights as an input or from the file, [C, D] or [C, K, D]. */
export const weightInput = (
  o: Ops,
  { dimension, subCenters, classes }: HeadShape,
  options: ExportOptions,
): { readonly value: Value; readonly external: ExternalData | undefined } => {
  const shape = subCenters === 1 ? [classes, dimension] : [classes, subCenters, dimension]
  const type = options.weightType === 'float16' ? 'float16' : 'float'
  const about = `Class weights [C, ${subCenters === 1 ? '' : 'K, '}D], of any length`
  if (!options.weights) {
    return { value: o.builder.input('classWeights', type, shape, about), external: undefined }
  }
  const { tensor, external } = weightTensor(options.weights, shape as number[], options)
  return { value: o.builder.initializer('classWeights', tensor, { type, shape }), external }
}

/** Class weights as a tensor of the file, or one that names another file. */
const weightTensor = (
  weights: Float32Array | Float64Array,
  shape: readonly number[],
  { weightType, externalAbove = roomInFile, externalLocation = 'weights.bin' }: ExportOptions,
): { readonly tensor: Draft<TensorProto>; readonly external: ExternalData | undefined } => {
  const single = weights instanceof Float32Array ? weights : Float32Array.from(weights)
  const values = weightType === 'float16' ? Float16Array.from(weights) : single
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
