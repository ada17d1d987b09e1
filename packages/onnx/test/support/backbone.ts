import {
  type DataType,
  type Draft,
  dataTypes,
  encodeModel,
  type NodeProto,
} from '../../src/index.js'

/** What differs between the backbones of the tests. */
interface Backbone {
  readonly opset?: number
  readonly nodes?: readonly Draft<NodeProto>[]
  /** Of the output, whose name is `features`. */
  readonly type?: DataType
  readonly shape?: readonly (number | string)[]
  readonly declared?: boolean
}

const tensorType = (type: DataType, shape: readonly (number | string)[]) => ({
  value: {
    case: 'tensorType' as const,
    value: {
      elemType: dataTypes[type],
      shape: {
        dim: shape.map((length) => ({
          value:
            typeof length === 'number'
              ? { case: 'dimValue' as const, value: BigInt(length) }
              : { case: 'dimParam' as const, value: length },
        })),
      },
    },
  },
})

/** The weights of the backbone, [2, 3]. */
const weights: readonly number[] = [1, -2, 0.5, 3, 0.25, -1]

/** A backbone x [n, 2] → hidden = x·w → features = max(hidden, 0) [n, 3]; an unused branch gives `extra`. */
export const backbone = ({
  opset = 17,
  nodes = [{ opType: 'Relu', input: ['hidden'], output: ['features'] }],
  type = 'float',
  shape = ['n', 3],
  declared = true,
}: Backbone = {}): Uint8Array<ArrayBuffer> =>
  encodeModel({
    irVersion: 8n,
    opsetImport: [{ version: BigInt(opset) }],
    metadataProps: [{ key: 'author', value: 'a test' }],
    graph: {
      name: 'backbone',
      node: [
        { opType: 'MatMul', input: ['x', 'w'], output: ['hidden'], name: 'product' },
        { opType: 'Neg', input: ['x'], output: ['extra'] },
        ...nodes,
      ],
      initializer: [{ name: 'w', dims: [2n, 3n], dataType: 1, floatData: weights }],
      input: [{ name: 'x', type: tensorType('float', ['n', 2]) }],
      valueInfo: declared ? [{ name: 'hidden', type: tensorType('float', ['n', 3]) }] : [],
      output: [
        { name: 'features', type: tensorType(type, shape) },
        { name: 'extra', type: tensorType('float', ['n', 2]) },
      ],
    },
  })
