import {
  attributeTypes,
  type Draft,
  dataTypes,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '@arcmargin/onnx'

/** A node with one output. */
export const node = (
  opType: string,
  input: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Draft<NodeProto> => ({
  opType,
  name: `make ${output}`,
  input,
  output: [output],
  attribute: Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number'
      ? { name, type: attributeTypes.int, i: BigInt(value) }
      : { name, type: attributeTypes.ints, ints: value.map(BigInt) },
  ),
})

/** A constant of float32. */
export const floats = (
  name: string,
  data: ArrayLike<number>,
  dims: readonly number[] = [data.length],
): Draft<TensorProto> => {
  const { buffer } = Float32Array.from(data)
  return {
    name,
    dims: dims.map(BigInt),
    dataType: dataTypes.float,
    rawData: new Uint8Array(buffer),
  }
}

/** A float32 value whose rows are free in number. */
export const rows = (
  name: string,
  docString: string,
  dims: readonly number[],
): Draft<ValueInfoProto> => {
  const sizes = dims.map((length) => ({
    value: { case: 'dimValue' as const, value: BigInt(length) },
  }))
  const free = { value: { case: 'dimParam' as const, value: 'batch' } }
  const value = { elemType: dataTypes.float, shape: { dim: [free, ...sizes] } }
  return { name, docString, type: { value: { case: 'tensorType', value } } }
}

/** The operator set of everything that this page writes, and a version of the format that knows it. */
export const versions = { irVersion: 8n, opsetImport: [{ version: 17n }] } as const
