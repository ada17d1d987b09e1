import { arcFace } from '@arcmargin/core'
import { attachHead, decodeModel } from '@arcmargin/onnx'
import { describe, expect, it } from 'vitest'
import { build, type GraphChoice, type Kind, kinds } from '../src/model/build.js'
import {
  bodyNamed,
  type Drawing,
  everything,
  inside,
  overview,
  partsOf,
} from '../src/model/drawing.js'
import { layout } from '../src/model/layout.js'
import { classes, describeSheet, vendors } from '../src/model/pictures.js'
import { dimension, Projection } from '../src/model/projection.js'

const choice: GraphChoice = {
  kind: 'training-step',
  optimizer: 'sgd',
  subCenters: 1,
  keepLogits: true,
}
const sizes = { dimension, classes }
const graphOf = (kind: Kind) => build(arcFace(), { ...choice, kind }, sizes).model.graph

/** Arrows that lead from or to no box. */
const loose = ({ vertices, edges }: Drawing): string[] => {
  const ids = vertices.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  return edges.flatMap(({ from, to }) => [from, to]).filter((id) => !ids.includes(id))
}

describe.each(Object.keys(kinds) as Kind[])('a graph of %s', (kind) => {
  const graph = graphOf(kind)

  it('is drawn whole, part by part and loop by loop, with every arrow between two boxes', () => {
    expect(loose(overview(graph))).toEqual([])
    for (const part of partsOf(graph)) {
      const drawing = inside(graph, part)
      expect(loose(drawing)).toEqual([])
      for (const { kind: of, opens } of drawing.vertices) {
        const body = of === 'operator' && opens ? bodyNamed(graph, opens) : undefined
        if (body) expect(loose(everything(body))).toEqual([])
      }
    }
  })

  it('has each of its operators in one part', () => {
    const drawn = partsOf(graph).flatMap((part) =>
      inside(graph, part).vertices.filter((vertex) => vertex.kind === 'operator'),
    )
    expect(drawn.map(({ id }) => id).sort()).toEqual(graph.node.map(({ name }) => name).sort())
  })
})

it('a training step opens to two loops over the classes', () => {
  const graph = graphOf('training-step')
  const loops = graph.node.filter(({ opType }) => opType === 'Scan').map(({ name }) => name)
  expect(loops).toHaveLength(2)
  for (const name of loops) expect(bodyNamed(graph, name)?.node.length).toBeGreaterThan(5)
})

it('a backbone is a part of its own before the head', () => {
  const blank = new Uint8ClampedArray(vendors.length * 32 * classes * 32 * 4).fill(255)
  const backbone = new Projection(describeSheet(blank), 1).toModel()
  const head = build(arcFace(), choice, sizes).bytes
  const { graph } = decodeModel(attachHead(backbone, { embedding: 'embedding', head }))
  expect(partsOf(graph)[0]).toBe('backbone')
  expect(partsOf(graph).slice(1)).toEqual(partsOf(graphOf('training-step')))
  expect(loose(overview(graph))).toEqual([])
})

it('boxes do not overlap, and arrows go down', () => {
  const { vertices } = layout(overview(graphOf('training-step')))
  const overlapping = vertices.filter((one, i) =>
    vertices.some(
      (other, j) =>
        j > i &&
        Math.abs(one.x - other.x) < (one.width + other.width) / 2 &&
        Math.abs(one.y - other.y) < (one.height + other.height) / 2,
    ),
  )
  expect(overlapping).toEqual([])
  const depth = (title: string) => vertices.find((vertex) => vertex.title === title)!.y
  expect(depth('embeddings')).toBeLessThan(depth('normalize'))
  expect(depth('forward')).toBeLessThan(depth('backward'))
})
