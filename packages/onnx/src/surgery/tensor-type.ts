import { ModelError } from '../errors.js'
import type { GraphProto, TypeProto, ValueInfoProto } from '../proto/model.js'

/** What a graph says about one of its tensors. */
export interface KnownTensor {
  /** Number of the element type; absent when the graph does not say. */
  readonly elementType?: number
  /** Lengths, names of lengths, or undefined for one that has neither; absent when not even the rank is known. */
  readonly shape?: readonly (number | string | undefined)[]
}

const tensorOf = (type: TypeProto | undefined): KnownTensor => {
  if (type?.value.case !== 'tensorType') return {}
  const { elemType, shape } = type.value.value
  const lengths = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : value.case && (value.value || undefined),
  )
  return { elementType: elemType, ...(lengths ? { shape: lengths } : {}) }
}

/** The names of the values of a graph itself, leaving out those of the graphs inside it. */
const valuesOf = (graph: GraphProto): Set<string> => {
  const names = new Set(graph.input.map(({ name }) => name))
  for (const { output } of graph.node) for (const name of output) names.add(name)
  names.delete('')
  return names
}

/** The declaration of a value, where the graph has one. */
export const declarationOf = (graph: GraphProto, name: string): ValueInfoProto | undefined =>
  [...graph.output, ...graph.valueInfo, ...graph.input].find((one) => one.name === name)

/**
 * What a graph says about a tensor.
 *
 * @throws ModelError listing the graph's outputs when it has no such tensor.
 */
export const tensorNamed = (graph: GraphProto, name: string): KnownTensor => {
  if (!valuesOf(graph).has(name)) {
    const outputs = graph.output.map((one) => one.name).join(', ')
    throw new ModelError(
      `embedding is not a tensor of the model (got ${name}); allowed: its outputs ${outputs}, or any value inside`,
      { argument: 'embedding', value: name, allowed: outputs },
    )
  }
  return tensorOf(declarationOf(graph, name)?.type)
}
