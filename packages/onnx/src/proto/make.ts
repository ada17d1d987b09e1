import { attributeTypes, type DataType, dataTypes } from './data-type.js'
import type { AttributeProto, Draft, NodeProto, TensorProto, ValueInfoProto } from './model.js'

/** What an attribute of {@link makeNode} may be: a whole number, a list of them, or a word. */
export type AttributeValue = number | readonly number[] | string

/** An attribute of a node. */
export const makeAttribute = (name: string, value: AttributeValue): Draft<AttributeProto> => {
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: BigInt(value) }
  if (typeof value === 'string') {
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) }
  }
  return { name, type: attributeTypes.ints, ints: value.map(BigInt) }
}

/**
 * A node with one output, which it is named after. Further fields can be spread over what is returned.
 *
 * @param inputs names; `''` leaves out an optional one.
 */
export const makeNode = (
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): Draft<NodeProto> => ({
  opType,
  name: output,
  input: inputs,
  output: [output],
  attribute: Object.entries(attributes).map(([name, value]) => makeAttribute(name, value)),
})

/** Types that {@link makeTensor} writes. */
export type TensorElement = 'float' | 'int32' | 'int64'

const bytesOf = (type: TensorElement, values: ArrayLike<number>): ArrayBuffer => {
  if (type === 'int64') return BigInt64Array.from(Array.from(values, BigInt)).buffer
  if (type === 'int32') return Int32Array.from(values).buffer
  return Float32Array.from(values).buffer
}

/**
 * A constant.
 *
 * @param dims lengths; [] for a single number.
 * @param values as many as the lengths multiply to, the last axis fastest; rounded to the type.
 */
export const makeTensor = (
  name: string,
  dims: readonly number[],
  values: ArrayLike<number>,
  type: TensorElement = 'float',
): Draft<TensorProto> => ({
  name,
  dataType: dataTypes[type],
  dims: dims.map(BigInt),
  rawData: new Uint8Array(bytesOf(type, values)),
})

/**
 * An input or output of a graph.
 *
 * @param shape lengths, or names of those that are known only when the graph runs.
 */
export const makeTensorValueInfo = (
  name: string,
  shape: readonly (number | string)[],
  type: DataType = 'float',
  docString = '',
): Draft<ValueInfoProto> => {
  const dim = shape.map((length) => ({
    value:
      typeof length === 'number'
        ? { case: 'dimValue' as const, value: BigInt(length) }
        : { case: 'dimParam' as const, value: length },
  }))
  const value = { elemType: dataTypes[type], shape: { dim } }
  return { name, docString, type: { value: { case: 'tensorType', value } } }
}
