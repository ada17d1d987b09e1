import { attributeTypes } from '../proto/data-type.js'
import { type AttributeValue, makeAttribute, makeTensorValueInfo } from '../proto/make.js'
import type {
  AttributeProto,
  Draft,
  GraphProto,
  NodeProto,
  ValueInfoProto,
} from '../proto/model.js'
import type { Value } from './value.js'

/** A node's attribute: a whole number, a list of them, a word, or a graph. */
export type Attribute = AttributeValue | Scope

/** One operation; its inputs are named because they may belong to another scope. */
export interface Node {
  readonly operation: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly Value[]
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly about: string
}

/** An input or output with what a reader should know about it. */
export interface Described {
  readonly value: Value
  readonly about: string
}

/** A graph under construction: the model's own, or the body of a Scan. */
export interface Scope {
  readonly name: string
  readonly nodes: Node[]
  readonly inputs: Described[]
  readonly outputs: Described[]
  /** Results by what computes them, so that nothing is computed twice. */
  readonly known: Map<string, readonly Value[]>
}

/** An empty graph. */
export const scopeOf = (name = ''): Scope => ({
  name,
  nodes: [],
  inputs: [],
  outputs: [],
  known: new Map(),
})

/** Takes out the nodes that no output needs, bodies' included, and returns the names of all values that are used. */
export const dropUnused = (scope: Scope, used: Set<string> = new Set()): ReadonlySet<string> => {
  for (const { value } of scope.outputs) used.add(value.name)
  for (let index = scope.nodes.length - 1; index >= 0; index--) {
    const { outputs, inputs, attributes } = scope.nodes[index] as Node
    if (!outputs.some(({ name }) => used.has(name))) scope.nodes.splice(index, 1)
    else {
      for (const name of inputs) used.add(name)
      for (const value of Object.values(attributes)) {
        if (typeof value === 'object' && 'nodes' in value) dropUnused(value, used)
      }
    }
  }
  return used
}

type Rename = (name: string) => string

/** A scope as the file has it, with the type and shape of every value. */
export const writeScope = (scope: Scope, rename: Rename): Draft<GraphProto> => {
  const outputs = new Set(scope.outputs.map(({ value }) => value.name))
  const inner = scope.nodes.flatMap((node) => node.outputs)
  return {
    name: scope.name,
    node: scope.nodes.map((node) => writeNode(node, rename)),
    input: scope.inputs.map(({ value, about }) => valueInfo(value, about, rename)),
    output: scope.outputs.map(({ value, about }) => valueInfo(value, about, rename)),
    valueInfo: inner
      .filter(({ name }) => !outputs.has(name))
      .map((value) => valueInfo(value, '', rename)),
  }
}

const writeNode = (node: Node, rename: Rename): Draft<NodeProto> => ({
  opType: node.operation,
  name: node.name,
  docString: node.about,
  input: node.inputs.map(rename),
  output: node.outputs.map(({ name }) => rename(name)),
  attribute: Object.entries(node.attributes).map(([name, value]) =>
    writeAttribute(name, value, rename),
  ),
})

const writeAttribute = (name: string, value: Attribute, rename: Rename): Draft<AttributeProto> => {
  if (typeof value === 'object' && 'nodes' in value) {
    return { name, type: attributeTypes.graph, g: writeScope(value, rename) }
  }
  return makeAttribute(name, value)
}

const valueInfo = (value: Value, about: string, rename: Rename): Draft<ValueInfoProto> =>
  makeTensorValueInfo(rename(value.name), value.shape, value.type, about)
