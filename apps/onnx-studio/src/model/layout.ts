import { graphlib, layout as place } from '@dagrejs/dagre'
import type { Drawing, Vertex } from './drawing.js'

/** A box with its place; x and y are its centre, in pixels. */
export interface PlacedVertex extends Vertex {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A drawing with places. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly vertices: readonly PlacedVertex[]
  /** SVG paths. */
  readonly edges: readonly string[]
}

const height = 42

/** Pixels that a letter takes, and the room around the words. */
const [letter, room] = [7.2, 22]

const widthOf = ({ title, note }: Vertex): number =>
  Math.max(72, room + letter * Math.max(title.length, 0.9 * note.length))

/** Places the boxes in layers from top to bottom (Sugiyama's way, by dagre). */
export const layout = ({ vertices, edges }: Drawing): Layout => {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: 14, ranksep: 34, marginx: 8, marginy: 8 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const vertex of vertices) graph.setNode(vertex.id, { width: widthOf(vertex), height })
  for (const { from, to } of edges) graph.setEdge(from, to)
  place(graph)
  const { width = 0, height: whole = 0 } = graph.graph()
  return {
    width: Math.ceil(width),
    height: Math.ceil(whole),
    vertices: vertices.map((vertex) => {
      const { x, y, width: wide } = graph.node(vertex.id) as PlacedVertex
      return { ...vertex, x, y, width: wide, height }
    }),
    edges: graph.edges().map((edge) => {
      const { points } = graph.edge(edge) as { points: readonly { x: number; y: number }[] }
      return points.map(({ x, y }, i) => `${i ? 'L' : 'M'}${x.toFixed(1)},${y.toFixed(1)}`).join('')
    }),
  }
}
