import {
  type AttributeProto,
  attributeTypes,
  type Draft,
  dataTypes,
  encodeModel,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '@arcmargin/onnx'

/** ONNX' operator set and IR version of the graphs of this folder. */
const opset = 17n
const irVersion = 8n

/** A node with whole numbers, or lists of them, as attributes. */
export const node = (
  opType: string,
  input: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Draft<NodeProto> => ({
  opType,
  name: output,
  input,
  output: [output],
  attribute: Object.entries(attributes).map(
    ([name, value]): Draft<AttributeProto> =>
      typeof value === 'number'
        ? { name, type: attributeTypes.int, i: BigInt(value) }
        : { name, type: attributeTypes.ints, ints: value.map(BigInt) },
  ),
})

/** A constant number. */
export const scalar = (name: string, value: number): Draft<TensorProto> => ({
  name,
  dataType: dataTypes.float,
  floatData: [value],
})

/** A constant list of integers, e.g. axes. */
export const integers = (name: string, values: readonly number[]): Draft<TensorProto> => ({
  name,
  dims: [BigInt(values.length)],
  dataType: dataTypes.int64,
  int64Data: values.map(BigInt),
})

/** An input or output. */
export const tensor = (
  name: string,
  dims: readonly number[],
  type: 'float' | 'int32' = 'float',
): Draft<ValueInfoProto> => ({
  name,
  type: {
    value: {
      case: 'tensorType',
      value: {
        elemType: dataTypes[type],
        shape: {
          dim: dims.map((size) => ({ value: { case: 'dimValue', value: BigInt(size) } })),
        },
      },
    },
  },
})

/** The bytes of a model. */
export const modelOf = (
  name: string,
  parts: {
    readonly node: readonly Draft<NodeProto>[]
    readonly initializer?: readonly Draft<TensorProto>[]
    readonly input: readonly Draft<ValueInfoProto>[]
    readonly output: readonly Draft<ValueInfoProto>[]
  },
): Uint8Array =>
  encodeModel({
    irVersion,
    opsetImport: [{ domain: '', version: opset }],
    producerName: 'arcmargin benchmarks',
    graph: { name, ...parts },
  })
