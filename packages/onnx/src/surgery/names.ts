import type { AttributeProto, GraphProto, NodeProto } from '../proto/model.js'

/** The graphs inside a node: bodies of loops, branches of conditions. */
const subgraphsOf = (node: NodeProto): GraphProto[] =>
  node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs))

/** Names of the tensors that a graph holds as constants. */
export const constantsOf = (graph: GraphProto): string[] => [
  ...graph.initializer.map(({ name }) => name),
  ...graph.sparseInitializer.flatMap(({ values }) => (values ? [values.name] : [])),
]

/** Every name in a graph and the graphs inside it: of values and of nodes. */
export const namesIn = (graph: GraphProto): Set<string> => {
  const names = new Set([...graph.input, ...graph.output].map(({ name }) => name))
  for (const name of constantsOf(graph)) names.add(name)
  for (const node of graph.node) {
    for (const name of [...node.input, ...node.output, node.name]) names.add(name)
    for (const inner of subgraphsOf(node)) for (const name of namesIn(inner)) names.add(name)
  }
  names.delete('')
  return names
}

/** What a node reads: its inputs, and what the graphs inside it take from outside. */
export const readsOf = (node: NodeProto): Set<string> => {
  const reads = new Set(node.input)
  for (const inner of subgraphsOf(node)) for (const name of capturesOf(inner)) reads.add(name)
  reads.delete('')
  return reads
}

/** What an inner graph takes from the graphs around it. */
const capturesOf = (graph: GraphProto): Set<string> => {
  const own = new Set([...graph.input.map(({ name }) => name), ...constantsOf(graph)])
  for (const { output } of graph.node) for (const name of output) own.add(name)
  const reads = new Set(graph.output.map(({ name }) => name))
  for (const node of graph.node) for (const name of readsOf(node)) reads.add(name)
  return new Set([...reads].filter((name) => !own.has(name)))
}

/** An attribute with other graphs inside. */
export const mapSubgraphs = (
  attribute: AttributeProto,
  change: (graph: GraphProto) => GraphProto,
): AttributeProto => ({
  ...attribute,
  ...(attribute.g === undefined ? {} : { g: change(attribute.g) }),
  graphs: attribute.graphs.map(change),
})
