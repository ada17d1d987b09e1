import type {
  Dimension,
  GraphProto,
  NodeProto,
  TensorProto,
  TensorType,
  TypeProto,
  ValueInfoProto,
} from '../proto/model.js'
import { mapSubgraphs } from './names.js'

/** New names for what a graph names; each gets the old name, which is never empty. */
export interface Renaming {
  /** For values, at any depth. */
  readonly value: (name: string) => string
  /** For nodes and inner graphs. */
  readonly node: (name: string) => string
  /** For symbolic dimensions. */
  readonly dimension: (name: string) => string
}

const unlessEmpty = (rename: (name: string) => string) => (name: string) =>
  name === '' ? '' : rename(name)

/** A type with other names of its dimensions. */
const renameType = (type: TypeProto, dimension: (name: string) => string): TypeProto => {
  const { value } = type
  if (value.case !== 'tensorType' && value.case !== 'sparseTensorType') return type
  const { shape } = value.value
  if (shape === undefined) return type
  const dim = shape.dim.map(
    (one): Dimension =>
      one.value.case === 'dimParam'
        ? { ...one, value: { case: 'dimParam', value: dimension(one.value.value) } }
        : one,
  )
  const tensor: TensorType = { ...value.value, shape: { ...shape, dim } }
  return { ...type, value: { case: value.case, value: tensor } }
}

/** The same graph under other names. */
export const renameGraph = (graph: GraphProto, renaming: Renaming): GraphProto => {
  const value = unlessEmpty(renaming.value)
  const node = unlessEmpty(renaming.node)
  const tensor = (one: TensorProto): TensorProto => ({ ...one, name: value(one.name) })
  const info = (one: ValueInfoProto): ValueInfoProto => ({
    ...one,
    name: value(one.name),
    ...(one.type ? { type: renameType(one.type, unlessEmpty(renaming.dimension)) } : {}),
  })
  const operation = (one: NodeProto): NodeProto => ({
    ...one,
    name: node(one.name),
    input: one.input.map(value),
    output: one.output.map(value),
    attribute: one.attribute.map((attribute) =>
      mapSubgraphs(attribute, (inner) => {
        const renamed = renameGraph(inner, renaming)
        return { ...renamed, name: node(inner.name) }
      }),
    ),
  })
  return {
    ...graph,
    node: graph.node.map(operation),
    initializer: graph.initializer.map(tensor),
    sparseInitializer: graph.sparseInitializer.map((one) => ({
      ...one,
      ...(one.values ? { values: tensor(one.values) } : {}),
    })),
    input: graph.input.map(info),
    output: graph.output.map(info),
    valueInfo: graph.valueInfo.map(info),
    quantizationAnnotation: graph.quantizationAnnotation.map((one) => ({
      ...one,
      tensorName: value(one.tensorName),
      quantParameterTensorNames: one.quantParameterTensorNames.map((entry) => ({
        ...entry,
        value: value(entry.value),
      })),
    })),
  }
}
