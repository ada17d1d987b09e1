import { ModelError } from '../errors.js'
import { attributeTypes, dataTypes } from '../proto/data-type.js'
import { completed } from '../proto/message.js'
import type { GraphProto, NodeProto, TensorProto } from '../proto/model.js'
import { mapSubgraphs, namesIn } from './names.js'

/** Makes an attribute of a node an input of its own; gives the node and the new constant's values. */
type Change = (node: NodeProto) => { readonly node: NodeProto; readonly axes?: readonly bigint[] }

const without = (node: NodeProto, attribute: string): NodeProto => ({
  ...node,
  attribute: node.attribute.filter(({ name }) => name !== attribute),
})

const attributeToInput =
  (attribute: string): Change =>
  (node) => {
    const axes = node.attribute.find(({ name }) => name === attribute)?.ints
    return axes === undefined ? { node } : { node: without(node, attribute), axes }
  }

/** Since 18 a Split into equal parts says how many there are. */
const countParts: Change = (node) => {
  if (node.input.length > 1 && node.input[1] !== '') return { node }
  const i = BigInt(node.output.length)
  const parts = completed('AttributeProto', { name: 'num_outputs', type: attributeTypes.int, i })
  return { node: { ...node, attribute: [...node.attribute, parts] } }
}

/** Before 13 a softmax flattened all axes from `axis` on; that is the same only for the last. */
const lastAxisOnly: Change = (node) => {
  const axis = node.attribute.find(({ name }) => name === 'axis')?.i
  if (axis !== -1n) throw new Error('it flattened its axes before version 13')
  return { node }
}

const refuse: Change = () => {
  throw new Error('it means something else since')
}

const axesToInput = attributeToInput('axes')

/**
 * Operators that mean something else, or are written differently, since a version of the standard operator set: what to do
 * with one that crosses it. All other changes since 11 only add types, inputs or attributes.
 * (https://github.com/onnx/onnx/blob/main/docs/Changelog.md)
 */
const changes: Readonly<Record<string, readonly (readonly [since: number, change: Change])[]>> = {
  Squeeze: [[13, axesToInput]],
  Unsqueeze: [[13, axesToInput]],
  ReduceSum: [[13, axesToInput]],
  Softmax: [[13, lastAxisOnly]],
  LogSoftmax: [[13, lastAxisOnly]],
  Hardmax: [[13, lastAxisOnly]],
  Split: [
    [13, attributeToInput('split')],
    [18, countParts],
  ],
  Dropout: [[12, refuse]],
  BatchNormalization: [[14, (node) => (node.output.length > 1 ? refuse(node) : { node })]],
  GridSample: [[20, refuse]],
  DFT: [[20, refuse]],
  GroupNormalization: [[21, refuse]],
  Upsample: [[10, refuse]],
  Scatter: [[11, refuse]],
  ...Object.fromEntries(
    ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare'].map((name) => [
      `Reduce${name}`,
      [[18, axesToInput]] as const,
    ]),
  ),
}

/** Below this, many more operators changed than {@link changes} knows. */
const oldestKnown = 11

/** Beyond this, nothing is known about changes. */
const newestKnown = 23

const isStandard = ({ domain }: NodeProto) => domain === '' || domain === 'ai.onnx'

/** Where a lifted graph keeps constants that were attributes. */
interface Constants {
  readonly add: (values: readonly bigint[]) => string
}

const liftNode = (node: NodeProto, from: number, to: number, constants: Constants): NodeProto => {
  let lifted: NodeProto = {
    ...node,
    attribute: node.attribute.map((attribute) =>
      mapSubgraphs(attribute, (inner) => liftNodes(inner, from, to, constants)),
    ),
  }
  if (!isStandard(node)) return lifted
  for (const [since, change] of Object.hasOwn(changes, node.opType) ? changes[node.opType]! : []) {
    if (since <= from || since > to) continue
    try {
      const { node: changed, axes } = change(lifted)
      lifted = axes ? { ...changed, input: [...changed.input, constants.add(axes)] } : changed
    } catch (error) {
      throw new ModelError(
        `operator ${node.opType} of node "${node.name || node.output[0]}" cannot go from operator set ${from} to ${to}: ${(error as Error).message}; allowed: a model exported with operator set ${since} or later`,
        { argument: 'model', value: from, allowed: `operator set ${since} or later` },
      )
    }
  }
  return lifted
}

const liftNodes = (
  graph: GraphProto,
  from: number,
  to: number,
  constants: Constants,
): GraphProto => ({
  ...graph,
  node: graph.node.map((node) => liftNode(node, from, to, constants)),
})

/**
 * The same graph for a newer standard operator set.
 *
 * @param graph its standard operators are those of version `from`.
 * @param to at least `from`.
 * @throws ModelError naming the first operator that would mean something else, or when a version is not known.
 */
export const liftGraph = (graph: GraphProto, from: number, to: number): GraphProto => {
  if (from === to) return graph
  if (from < oldestKnown || to > newestKnown) {
    throw new ModelError(
      `operator sets ${from} and ${to} are too far apart to be joined; allowed: ${oldestKnown} to ${newestKnown}`,
      { argument: 'model', value: from, allowed: `${oldestKnown} to ${newestKnown}` },
    )
  }
  const names = namesIn(graph)
  const initializer: TensorProto[] = []
  const add = (values: readonly bigint[]): string => {
    let name = `lifted_${initializer.length}`
    while (names.has(name)) name = `${name}_`
    const dims = [BigInt(values.length)]
    const tensor = { name, dims, dataType: dataTypes.int64, int64Data: values }
    initializer.push(completed('TensorProto', tensor))
    names.add(name)
    return name
  }
  const lifted = liftNodes(graph, from, to, { add })
  return { ...lifted, initializer: [...lifted.initializer, ...initializer] }
}
