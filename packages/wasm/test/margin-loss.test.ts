import { arcFace, curricularFace, type Loss } from '@arcmargin/core'
import * as core from '@arcmargin/core/head'
import { describe, expect, it } from 'vitest'
import { marginLoss, NonFiniteError, ParameterError, ShapeError } from '../src/index.js'
import { asDouble, generator, randomBatch, relativeError, type Size } from './support/data.js'
import { everyLoss, ownCurved, ownLinear, tablesOf } from './support/losses.js'

const sizes: readonly Size[] = [
  { rows: 13, dimension: 37, classes: 51 },
  { rows: 64, dimension: 8, classes: 700, subCenters: 3 },
  { rows: 1, dimension: 5, classes: 2 },
]

const compare = (
  loss: Loss,
  size: Size,
  options: core.HeadOptions = {},
  seed = 1,
): { found: core.HeadResult; expected: core.HeadResult } => {
  const batch = randomBatch(seed, size)
  const parameters = tablesOf(loss, size.rows, size.classes)
  const common = { gradients: true, parameters, ...options }
  const run = { ...common, random: generator(9) }
  const found = marginLoss(loss, batch, run)
  const expected = core.marginLoss(loss, asDouble(batch), { ...common, random: generator(9) })
  expect(Math.abs(found.loss - expected.loss)).toBeLessThan(
    3e-6 * Math.max(1, Math.abs(expected.loss)),
  )
  expect(found.accuracy).toBe(expected.accuracy)
  expect(relativeError(found.losses, expected.losses)).toBeLessThan(3e-6)
  expect(relativeError(found.gradients.embeddings, expected.gradients.embeddings)).toBeLessThan(
    3e-6,
  )
  const { classWeights } = expected.gradients
  expect(relativeError(found.gradients.classWeights, classWeights)).toBeLessThan(3e-6)
  expect(Object.keys(found.state)).toEqual(Object.keys(expected.state))
  return { found, expected }
}

describe.each(sizes)('against core in float64: $rows x $dimension x $classes', (size) => {
  it.each(everyLoss)('%s', (_, loss) => {
    compare(loss, size)
  })

  it.each([
    ['linear in the cosine', ownLinear],
    ['curved', ownCurved],
  ])("a user's own formula: %s", (_, loss) => {
    compare(loss, size)
  })
})

describe('options', () => {
  const size = { rows: 24, dimension: 16, classes: 300, subCenters: 2 }
  const loss = arcFace({ scale: 16 })
  const sampleWeights = Float64Array.from({ length: 24 }, (_, row) => row / 10)

  it.each<[string, core.HeadOptions]>([
    ['sum', { reduction: 'sum' }],
    ['none', { reduction: 'none' }],
    ['sample weights', { sampleWeights }],
    ['no budget for cosines', { cosineBudget: 0 }],
    ['a budget for some cosines', { cosineBudget: 200_000 }],
    ['logits', { logits: true }],
    ['evaluation', { training: false }],
  ])('%s', (_, options) => {
    compare(loss, size, options)
  })

  it('logits are those of core', () => {
    const { found, expected } = compare(loss, size, { logits: true })
    expect(relativeError(found.logits, expected.logits)).toBeLessThan(1e-6)
  })

  it('more rows than dimensions: the cosines do not fit into the rows of the gradient', () => {
    compare(loss, { rows: 200, dimension: 4, classes: 3000 })
    compare(loss, { rows: 200, dimension: 4, classes: 3000 }, { cosineBudget: 0 })
  })

  it('no budget, and rows of the gradient that the cosines fit into', () => {
    compare(loss, { rows: 16, dimension: 32, classes: 3000 }, { cosineBudget: 0 })
  })

  it.each([arcFace(), curricularFace()])('Partial FC with $definition.name', (one) => {
    const batch = randomBatch(4, size)
    const random = generator(5)
    const classSubset = core.samplePartialClasses(batch.labels, size.classes, 0.4, random)
    const options = { classSubset, gradients: true }
    const found = marginLoss(one, batch, options)
    const expected = core.marginLoss(one, asDouble(batch), options)
    expect(found.gradients.classWeights).toHaveLength(classSubset.length * 2 * 16)
    expect(
      relativeError(found.gradients.classWeights, expected.gradients.classWeights),
    ).toBeLessThan(3e-6)
  })

  it('parameters have their gradients', () => {
    const names = Object.keys(loss.definition.parameters)
    const batch = randomBatch(6, size)
    for (const name of ['margin', 'scale']) {
      const options = { gradients: { parameters: [name] } }
      const found = marginLoss(loss, batch, options).gradients.parameters[name] as number
      const expected = core.marginLoss(loss, asDouble(batch), options).gradients.parameters[name]
      expect(names).toContain(name)
      expect(found / (expected as number)).toBeCloseTo(1, 5)
    }
  })

  it('class weights laid out as columns, and float64 inputs in float64', () => {
    const batch = randomBatch(7, { rows: 4, dimension: 6, classes: 9 })
    const columns = Float64Array.from(batch.classWeights, (_, at) => {
      const [d, label] = [Math.floor(at / 9), at % 9]
      return batch.classWeights[label * 6 + d] as number
    })
    const turned = { ...asDouble(batch), classWeights: columns, layout: 'columns' as const }
    const found = marginLoss(loss, turned, { gradients: true })
    const expected = core.marginLoss(loss, turned, { gradients: true })
    expect(found.gradients.classWeights).toBeInstanceOf(Float64Array)
    expect(
      relativeError(found.gradients.classWeights, expected.gradients.classWeights),
    ).toBeLessThan(1e-13)
  })

  it('every row ignored: loss and gradients are 0', () => {
    const batch = { ...randomBatch(8, size), labels: Array.from({ length: 24 }, () => -1) }
    const { loss: value, gradients } = marginLoss(loss, batch, { gradients: true })
    expect(value).toBe(0)
    expect(gradients.embeddings?.every((each) => each === 0)).toBe(true)
    expect(gradients.classWeights?.every((each) => each === 0)).toBe(true)
  })
})

describe('hostile batches', () => {
  const vectors = [0, 1e-20, 1, 1e18].flatMap((size) => [
    [size, 0, 0],
    [-size, 0, 0],
    [size, size, 0],
  ])
  const flat = Float32Array.from(vectors.flat())
  const labels = vectors.map((_, row) => row)

  it.each([1e-3, 1, 64, 1e4])(
    'collinear, opposite, zero, tiny and huge rows at scale %d',
    (scale) => {
      const batch = { embeddings: flat, classWeights: flat, labels, dimension: 3 }
      const loss = arcFace({ scale })
      const found = marginLoss(loss, batch, { gradients: true })
      const expected = core.marginLoss(loss, batch, { gradients: true })
      expect(found.loss / expected.loss).toBeCloseTo(1, 5)
      const rows = (values: ArrayLike<number> | undefined, row: number): number[] =>
        Array.from(values ?? []).slice(3 * row, 3 * row + 3)
      for (const name of ['embeddings', 'classWeights'] as const) {
        expect(found.gradients[name]?.every(Number.isFinite)).toBe(true)
        for (const row of labels) {
          const own = rows(expected.gradients[name], row)
          const size = Math.hypot(...own)
          const error = Math.hypot(
            ...rows(found.gradients[name], row).map((value, d) => value - (own[d] as number)),
          )
          const norm = Math.hypot(...(vectors[row] as number[]))
          expect(error).toBeLessThanOrEqual(1e-5 * size + (norm > 0 ? (1e-6 * scale) / norm : 0))
        }
      }
    },
  )

  it('one class alone has nothing to be told from', () => {
    const batch = { ...randomBatch(1, { rows: 3, dimension: 4, classes: 1 }), labels: [0, 0, 0] }
    const { loss, gradients, accuracy } = marginLoss(arcFace(), batch, { gradients: true })
    expect([loss, accuracy]).toEqual([0, 1])
    expect(gradients.classWeights?.every((value) => value === 0)).toBe(true)
  })
})

describe('bad input is refused before anything is written', () => {
  const batch = randomBatch(3, { rows: 4, dimension: 16, classes: 5000 })
  const loss = arcFace()

  it.each([
    ['working memory', {}],
    ['rows of the gradient', { cosineBudget: 0 }],
  ])('class weights that are not finite, with cosines in %s', (_, budget) => {
    const classWeights = batch.classWeights.slice()
    classWeights[4321 * 16 + 3] = Number.NaN
    const gradients = { classWeights: new Float32Array(5000 * 16).fill(7) }
    const run = () => marginLoss(loss, { ...batch, classWeights }, { gradients, ...budget })
    expect(run).toThrow(NonFiniteError)
    expect(run).toThrow(/classWeights\[4321\].*NaN/)
    expect(gradients.classWeights.every((value) => value === 7)).toBe(true)
  })

  it('wrong shapes and unknown options', () => {
    expect(() => marginLoss(loss, { ...batch, labels: [0] })).toThrow(ShapeError)
    expect(() => marginLoss(loss, batch, { budget: 1 } as core.HeadOptions)).toThrow(ParameterError)
  })
})
