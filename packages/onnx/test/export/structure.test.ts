import { adaCos, arcFace, curricularFace, type Loss, softTriple, uniFace } from '@arcmargin/core'
import { expect, test } from 'vitest'
import { exportGradients } from '../../src/export/gradients.js'
import { exportLoss } from '../../src/export/loss.js'
import { exportTrainingStep } from '../../src/export/training-step.js'
import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from '../../src/proto/model.js'

const base = { dimension: 8, classes: 700, blockSize: 70 }

const graphsOf = (graph: GraphProto): readonly GraphProto[] => [
  graph,
  ...graph.node.flatMap(({ attribute }) => attribute.flatMap(({ g }) => (g ? graphsOf(g) : []))),
]

const parts = ({ graph }: ModelProto): readonly GraphProto[] => (graph ? graphsOf(graph) : [])

const nodesOf = (model: ModelProto): readonly NodeProto[] =>
  parts(model).flatMap(({ node }) => node)

const valuesOf = (model: ModelProto): readonly ValueInfoProto[] =>
  parts(model).flatMap(({ input, output, valueInfo }) => [...input, ...output, ...valueInfo])

const shapeOf = ({ type }: ValueInfoProto): readonly (number | string)[] =>
  type?.value.case === 'tensorType'
    ? (type.value.value.shape?.dim ?? []).map(({ value }) =>
        value.case === 'dimValue' ? Number(value.value) : String(value.value),
      )
    : []

/** Values that hold a number for each row and class. */
const dense = (model: ModelProto): readonly string[] =>
  valuesOf(model)
    .filter((value) => {
      const shape = shapeOf(value)
      const size = shape.reduce<number>((product, dim) => product * (Number(dim) || 1), 1)
      return shape.includes('batch') && size >= base.classes
    })
    .map(({ name }) => name)

const losses: readonly Loss[] = [arcFace(), adaCos(), curricularFace(), uniFace(), softTriple()]

test.each(losses.map((loss) => [loss.definition.name, loss] as const))(
  '%s: no value has a number for each row and class',
  (_, loss) => {
    const options = { ...base, keepLogits: false }
    const optimizer = { kind: 'adamw' } as const
    for (const { model } of [
      exportLoss(loss, options),
      exportGradients(loss, options),
      exportTrainingStep(loss, { ...options, optimizer }),
    ]) {
      expect(dense(model)).toEqual([])
    }
  },
)

test('kept logits are one stack of blocks', () => {
  const { model } = exportGradients(arcFace(), { ...base, keepLogits: true })
  const kept = valuesOf(model).filter(({ name }) => dense(model).includes(name))
  expect(kept.map(shapeOf)).toEqual([[10, 'batch', 70]])
})

test('the gradient by the class weights never exists as a whole in a training step', () => {
  const { model } = exportTrainingStep(arcFace(), { ...base, optimizer: { kind: 'sgd' } })
  const whole = valuesOf(model).filter((value) => shapeOf(value).join() === '10,70,8')
  // Class weights in blocks before and after the step.
  expect(whole).toHaveLength(2)
})

test('every value has its shape, every node its name and docstring', () => {
  const { model } = exportGradients(arcFace(), base)
  const described = new Set(valuesOf(model).map(({ name }) => name))
  for (const { output, name, docString } of nodesOf(model)) {
    expect(output.filter((one) => !described.has(one))).toEqual([])
    expect(name).toMatch(/^[a-z]+\/[A-Z]\w+/)
    expect(docString.length).toBeGreaterThan(10)
  }
  const names = nodesOf(model).flatMap(({ output }) => output)
  expect(new Set(names).size).toBe(names.length)
})

test('only the standard operators of set 17, IR version 8, and the loss in the metadata', () => {
  const { model } = exportGradients(arcFace({ margin: 0.25 }), base)
  expect(model.irVersion).toBe(8n)
  expect(model.opsetImport).toMatchObject([{ domain: '', version: 17n }])
  expect(nodesOf(model).every(({ domain }) => domain === '')).toBe(true)
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))
  expect(metadata['arcmargin.name']).toBe('ArcFace')
  expect(JSON.parse(metadata['arcmargin.parameters'] ?? '')).toMatchObject({ margin: 0.25 })
})
