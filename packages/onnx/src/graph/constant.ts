import { dataTypes } from '../proto/data-type.js'
import type { Draft, TensorProto } from '../proto/model.js'
import type { ElementType } from './value.js'

/** The numbers of a constant. */
export type ConstantData = number | readonly number[]

/** The largest finite float32: a constant beyond it would become an infinity. */
const largestFloat = 3.4028234663852886e38

const bytesOf = (type: ElementType, values: readonly number[]): ArrayBuffer => {
  if (type === 'int64') return BigInt64Array.from(values, BigInt).buffer
  if (type === 'int32') return Int32Array.from(values).buffer
  return Float32Array.from(values, (value) =>
    Math.min(Math.max(value, -largestFloat), largestFloat),
  ).buffer
}

/** A small tensor of float32, int32 or int64. */
export const constantTensor = (
  name: string,
  type: ElementType,
  data: ConstantData,
  shape: readonly number[],
): Draft<TensorProto> => ({
  name,
  dataType: dataTypes[type],
  dims: shape.map(BigInt),
  rawData: new Uint8Array(bytesOf(type, typeof data === 'number' ? [data] : data)),
})
