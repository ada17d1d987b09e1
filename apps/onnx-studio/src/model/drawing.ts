import type { GraphProto, NodeProto, ValueInfoProto } from '@arcmargin/onnx'

/** A box of a drawing. */
export interface Vertex {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly kind: 'input' | 'output' | 'part' | 'operator' | 'elsewhere'
  /** What opens it: a part of the graph, or the body of a loop. */
  readonly opens?: string
}

/** A graph to draw. */
export interface Drawing {
  readonly vertices: readonly Vertex[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

/** Names that `attachHead` puts before those of the head. */
const headPrefix = /^head\d*\//

const backbone = 'backbone'

/** The part that a node belongs to: the stage that the exporter names it by, or the backbone of a joint graph. */
const partOf = (node: NodeProto, joint: boolean): string => {
  if (joint && !headPrefix.test(node.name)) return backbone
  return node.name.replace(headPrefix, '').split('/')[0] || backbone
}

/** Whether a graph is a backbone with a head. */
const isJoint = ({ node }: GraphProto): boolean => node.some(({ name }) => headPrefix.test(name))

const bodyOf = (node: NodeProto): GraphProto | undefined =>
  node.attribute.find(({ g }) => g !== undefined)?.g

/** Everything that a node reads, also inside of its body. */
const readsOf = (node: NodeProto): readonly string[] => {
  const body = bodyOf(node)
  return body ? [...node.input, ...body.node.flatMap(readsOf)] : node.input
}

/** A shape in words: `batch × 16`. */
export const shapeOf = (value: ValueInfoProto | undefined): string => {
  if (value?.type?.value.case !== 'tensorType') return ''
  const dim = value.type.value.value.shape?.dim ?? []
  if (dim.length === 0) return 'scalar'
  return dim.map(({ value: length }) => String(length.value ?? '?')).join(' × ')
}

const unique = (edges: Drawing['edges']): Drawing['edges'] => {
  const known = new Map(edges.map((edge) => [`${edge.from}\n${edge.to}`, edge]))
  return [...known.values()].filter(({ from, to }) => from !== to)
}

/** Where each value comes from: a graph's input, or the vertex that `idOf` gives its node. */
const sourcesOf = (graph: GraphProto, idOf: (node: NodeProto) => string): Map<string, string> => {
  const sources = new Map(graph.input.map(({ name }) => [name, `input ${name}`]))
  for (const node of graph.node) for (const name of node.output) sources.set(name, idOf(node))
  return sources
}

const ends = (graph: GraphProto): Vertex[] => [
  ...graph.input.map((value) => ({
    id: `input ${value.name}`,
    title: value.name,
    note: shapeOf(value),
    kind: 'input' as const,
  })),
  ...graph.output.map((value) => ({
    id: `output ${value.name}`,
    title: value.name,
    note: shapeOf(value),
    kind: 'output' as const,
  })),
]

const intoOutputs = (graph: GraphProto, sources: Map<string, string>): Drawing['edges'] =>
  graph.output.flatMap(({ name }) => {
    const from = sources.get(name)
    return from === undefined ? [] : [{ from, to: `output ${name}` }]
  })

/** The parts of a graph, in the order in which they compute. */
export const partsOf = (graph: GraphProto): string[] => {
  const joint = isJoint(graph)
  return [...new Set(graph.node.map((node) => partOf(node, joint)))]
}

/** The whole graph by its parts. */
export const overview = (graph: GraphProto): Drawing => {
  const joint = isJoint(graph)
  const part = (node: NodeProto): string => `part ${partOf(node, joint)}`
  const sources = sourcesOf(graph, part)
  const count = (id: string): number => graph.node.filter((node) => part(node) === id).length
  const parts = partsOf(graph).map((title): Vertex => {
    const nodes = count(`part ${title}`)
    const note = `${nodes} ${nodes === 1 ? 'operator' : 'operators'}`
    return { id: `part ${title}`, title, note, kind: 'part', opens: title }
  })
  const edges = graph.node.flatMap((node) =>
    readsOf(node).flatMap((name) => {
      const from = sources.get(name)
      return from === undefined ? [] : [{ from, to: part(node) }]
    }),
  )
  return {
    vertices: [...ends(graph), ...parts],
    edges: unique([...edges, ...intoOutputs(graph, sources)]),
  }
}

/** Shapes of the values inside of a graph. */
const shapesOf = (graph: GraphProto): Map<string, string> =>
  new Map([...graph.valueInfo, ...graph.output].map((value) => [value.name, shapeOf(value)]))

const operators = (nodes: readonly NodeProto[], shapes: Map<string, string>): Vertex[] =>
  nodes.map((node) => ({
    id: node.name,
    title: node.opType,
    note: node.output.map((name) => shapes.get(name) ?? '').find((shape) => shape !== '') ?? '',
    kind: 'operator',
    ...(bodyOf(node) ? { opens: node.name } : {}),
  }))

/** The operators of one part, with the other parts that they take from and give to. */
export const inside = (graph: GraphProto, part: string): Drawing => {
  const joint = isJoint(graph)
  const mine = graph.node.filter((node) => partOf(node, joint) === part)
  const own = new Set(mine)
  const idOf = (node: NodeProto): string =>
    own.has(node) ? node.name : `part ${partOf(node, joint)}`
  const sources = sourcesOf(graph, idOf)
  const edges = graph.node.flatMap((node) =>
    readsOf(node).flatMap((name) => {
      const from = sources.get(name)
      return from === undefined ? [] : [{ from, to: idOf(node) }]
    }),
  )
  const names = new Set(mine.map(({ name }) => name))
  const touching = unique([...edges, ...intoOutputs(graph, sources)]).filter(
    ({ from, to }) => names.has(from) || names.has(to),
  )
  const seen = new Set(touching.flatMap(({ from, to }) => [from, to]))
  const others = partsOf(graph).map((title): Vertex => {
    const kind = 'elsewhere'
    return { id: `part ${title}`, title, note: 'another part', kind, opens: title }
  })
  // What another part gives and what it takes are two boxes: one would tie the drawing into a knot.
  const taking = (id: string): string => (id.startsWith('part ') ? `to ${id}` : id)
  const all = [...ends(graph), ...others]
  return {
    vertices: [
      ...all.filter(({ id }) => touching.some(({ from }) => from === id)),
      ...all
        .filter(({ id, kind }) => kind === 'elsewhere' && touching.some(({ to }) => to === id))
        .map((vertex) => ({ ...vertex, id: taking(vertex.id) })),
      ...all.filter(({ id, kind }) => kind === 'output' && seen.has(id)),
      ...operators(mine, shapesOf(graph)),
    ],
    edges: touching.map(({ from, to }) => ({ from, to: taking(to) })),
  }
}

/** The body of a loop, by the name of its node; undefined where there is no such loop. */
export const bodyNamed = (graph: GraphProto, name: string): GraphProto | undefined => {
  const node = graph.node.find((one) => one.name === name)
  return node && bodyOf(node)
}

/** A graph operator by operator. */
export const everything = (graph: GraphProto): Drawing => {
  const sources = sourcesOf(graph, ({ name }) => name)
  const edges = graph.node.flatMap((node) =>
    node.input.flatMap((name) => {
      const from = sources.get(name)
      return from === undefined ? [] : [{ from, to: node.name }]
    }),
  )
  return {
    vertices: [...ends(graph), ...operators(graph.node, shapesOf(graph))],
    edges: unique([...edges, ...intoOutputs(graph, sources)]),
  }
}
