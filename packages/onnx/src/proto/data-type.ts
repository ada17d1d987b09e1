/** Numbers of the element types (`TensorProto.DataType`). */
export const dataTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const

/** An element type by name. */
export type DataType = keyof typeof dataTypes

/** The name of an element type, or `type N` for one that is not in {@link dataTypes}. */
export const dataTypeName = (number: number): string =>
  Object.entries(dataTypes).find(([, value]) => value === number)?.[0] ?? `type ${number}`

/** Numbers of the kinds of attributes (`AttributeProto.AttributeType`). */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparseTensor: 11,
  sparseTensors: 12,
  typeProto: 13,
  typeProtos: 14,
} as const
