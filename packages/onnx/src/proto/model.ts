/**
 * The messages of an ONNX file as plain data: camel-case names of onnx.proto3, bigint for its 64-bit integers, and `''`,
 * `0` or `[]` where a file leaves a field out. onnx.proto3 and the specification of the IR say what each field means.
 */

/** A file: a graph, the operator sets it relies on and what is known about it. */
export interface ModelProto {
  readonly irVersion: bigint
  readonly opsetImport: readonly OperatorSetIdProto[]
  readonly producerName: string
  readonly producerVersion: string
  readonly domain: string
  readonly modelVersion: bigint
  readonly docString: string
  readonly graph?: GraphProto
  readonly metadataProps: readonly StringStringEntryProto[]
  readonly trainingInfo: readonly TrainingInfoProto[]
  readonly functions: readonly FunctionProto[]
}

/** A set of operators; the domain of the standard ones is `''`. */
export interface OperatorSetIdProto {
  readonly domain: string
  readonly version: bigint
}

/** An entry of a map. */
export interface StringStringEntryProto {
  readonly key: string
  readonly value: string
}

/** Nodes in topological order, with what goes in and comes out. */
export interface GraphProto {
  readonly node: readonly NodeProto[]
  readonly name: string
  readonly initializer: readonly TensorProto[]
  readonly sparseInitializer: readonly SparseTensorProto[]
  readonly docString: string
  readonly input: readonly ValueInfoProto[]
  readonly output: readonly ValueInfoProto[]
  readonly valueInfo: readonly ValueInfoProto[]
  readonly quantizationAnnotation: readonly TensorAnnotation[]
}

/** One operation. An empty name among the inputs or outputs leaves out an optional one. */
export interface NodeProto {
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly name: string
  readonly opType: string
  readonly domain: string
  readonly attribute: readonly AttributeProto[]
  readonly docString: string
}

/** A named constant of a node; `type` says which of the fields holds it. */
export interface AttributeProto {
  readonly name: string
  readonly refAttrName: string
  readonly docString: string
  readonly type: number
  readonly f: number
  readonly i: bigint
  readonly s: Uint8Array
  readonly t?: TensorProto
  readonly g?: GraphProto
  readonly sparseTensor?: SparseTensorProto
  readonly tp?: TypeProto
  readonly floats: readonly number[]
  readonly ints: readonly bigint[]
  readonly strings: readonly Uint8Array[]
  readonly tensors: readonly TensorProto[]
  readonly graphs: readonly GraphProto[]
  readonly sparseTensors: readonly SparseTensorProto[]
  readonly typeProtos: readonly TypeProto[]
}

/** A constant tensor; `rawData` is little-endian and row-major, and may start at any byte of its buffer. */
export interface TensorProto {
  readonly dims: readonly bigint[]
  readonly dataType: number
  readonly segment?: { readonly begin: bigint; readonly end: bigint }
  readonly floatData: readonly number[]
  readonly int32Data: readonly number[]
  readonly stringData: readonly Uint8Array[]
  readonly int64Data: readonly bigint[]
  readonly name: string
  readonly docString: string
  readonly rawData: Uint8Array
  readonly externalData: readonly StringStringEntryProto[]
  /** 0: in this message; 1: in another file, which `externalData` names. */
  readonly dataLocation: number
  readonly doubleData: readonly number[]
  readonly uint64Data: readonly bigint[]
}

/** A constant sparse tensor. */
export interface SparseTensorProto {
  readonly values?: TensorProto
  readonly indices?: TensorProto
  readonly dims: readonly bigint[]
}

/** The name, type and description of a value of a graph. */
export interface ValueInfoProto {
  readonly name: string
  readonly type?: TypeProto
  readonly docString: string
}

/** The type of a value. */
export interface TypeProto {
  readonly value:
    | { readonly case: 'tensorType' | 'sparseTensorType'; readonly value: TensorType }
    | {
        readonly case: 'sequenceType' | 'optionalType'
        readonly value: { readonly elemType?: TypeProto }
      }
    | { readonly case: 'mapType'; readonly value: MapType }
    | {
        readonly case: 'opaqueType'
        readonly value: { readonly domain: string; readonly name: string }
      }
    | { readonly case: undefined; readonly value?: undefined }
  readonly denotation: string
}

/** A tensor's type of elements and shape; a missing shape may be of any rank. */
export interface TensorType {
  readonly elemType: number
  readonly shape?: TensorShapeProto
}

/** The type of a map. */
export interface MapType {
  readonly keyType: number
  readonly valueType?: TypeProto
}

/** The dimensions of a tensor. */
export interface TensorShapeProto {
  readonly dim: readonly Dimension[]
}

/** A length, the name of one, or neither when nothing is known. */
export interface Dimension {
  readonly value:
    | { readonly case: 'dimValue'; readonly value: bigint }
    | { readonly case: 'dimParam'; readonly value: string }
    | { readonly case: undefined; readonly value?: undefined }
  readonly denotation: string
}

/** Names of the tensors that quantise another. */
export interface TensorAnnotation {
  readonly tensorName: string
  readonly quantParameterTensorNames: readonly StringStringEntryProto[]
}

/** An operator that is defined by nodes in the file itself. */
export interface FunctionProto {
  readonly name: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly string[]
  readonly node: readonly NodeProto[]
  readonly docString: string
  readonly opsetImport: readonly OperatorSetIdProto[]
  readonly domain: string
}

/** How a training build of ONNX Runtime would have trained the graph. */
export interface TrainingInfoProto {
  readonly initialization?: GraphProto
  readonly algorithm?: GraphProto
  readonly initializationBinding: readonly StringStringEntryProto[]
  readonly updateBinding: readonly StringStringEntryProto[]
}

/** A message of which any field may be left out, at any depth; typed arrays are taken for lists of numbers. */
export type Draft<T> = T extends string | number | bigint | boolean | Uint8Array | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Iterable<Draft<Item>> & ArrayLike<Draft<Item>>
    : T extends { readonly case: infer Case; readonly value: infer Value }
      ? { readonly case: Case; readonly value: Draft<Value> }
      : { readonly [Field in keyof T]?: Draft<T[Field]> | undefined }
