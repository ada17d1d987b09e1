import { describe, expect, test } from 'vitest'
import {
  cosineScores,
  type HeadBatch,
  type HeadOptions,
  marginLoss,
  samplePartialClasses,
  topK,
} from '../../src/head/index.js'
import {
  type ArcmarginError,
  adaCos,
  arcFace,
  defineLoss,
  elasticArcFace,
  LabelError,
  type Loss,
  NonFiniteError,
  ParameterError,
  ShapeError,
  softTriple,
} from '../../src/index.js'
import { thrown } from '../support/thrown.js'

const embeddings = Float32Array.of(1, 0.1, 0.9, -0.2, -0.4, 1) // [3, 2]
const classWeights = Float32Array.of(0.3, 1, -1, 0.2, 0.5, -0.9) // [3, 2]
const labels = [0, 1, 2]
const batch: HeadBatch = { embeddings, classWeights, labels, dimension: 2 }

/** A call as JavaScript may make it. */
const run = (
  changes: object | null = {},
  options: object | null = {},
  loss: unknown = arcFace(),
): unknown =>
  marginLoss(
    loss as Loss,
    (changes && { ...batch, ...changes }) as HeadBatch,
    options as HeadOptions,
  )

const f32 = (...values: number[]): Float32Array => Float32Array.from(values)

type Refusal = readonly [
  what: string,
  call: () => unknown,
  kind: abstract new (...args: never[]) => ArcmarginError,
  fields: Partial<ArcmarginError>,
]

const refusals: readonly Refusal[] = [
  ['no batch', () => run(null), ParameterError, { argument: 'batch', value: null }],
  ['no options', () => run({}, null), ParameterError, { argument: 'options', value: null }],
  [
    'a factory',
    () => run({}, {}, arcFace),
    ParameterError,
    { argument: 'loss', value: 'a function' },
  ],
  ['a name', () => run({}, {}, 'arcFace'), ParameterError, { argument: 'loss', value: 'arcFace' }],
  ['no loss', () => run({}, {}, null), ParameterError, { argument: 'loss', value: null }],
  [
    'an array',
    () => run({ embeddings: [1, 2] }),
    ParameterError,
    { argument: 'embeddings', value: 'Array' },
  ],
  [
    'an object of nothing',
    () => run({ embeddings: Object.create(null) }),
    ParameterError,
    { argument: 'embeddings' },
  ],
  [
    'no class weights',
    () => run({ classWeights: undefined }),
    ParameterError,
    { argument: 'classWeights', value: 'undefined' },
  ],
  [
    'no rows',
    () => run({ embeddings: f32(), labels: [] }),
    ShapeError,
    { argument: 'embeddings', allowed: 'a multiple of dimension = 2, one row or more' },
  ],
  [
    'half a row',
    () => run({ embeddings: f32(1) }),
    ShapeError,
    { argument: 'embeddings', allowed: 'a multiple of dimension = 2' },
  ],
  [
    'an embedding that is not finite',
    () => run({ embeddings: f32(1, 0, Infinity, 0, 1, 1) }),
    NonFiniteError,
    { argument: 'embeddings', row: 1, value: Infinity },
  ],
  [
    'no labels',
    () => run({ labels: undefined }),
    ShapeError,
    { argument: 'labels', allowed: '3, one for each row' },
  ],
  [
    'a label as large as C',
    () => run({ labels: [0, 1, 3] }),
    LabelError,
    { argument: 'labels', row: 2, value: 3 },
  ],
  [
    'a label below -1',
    () => run({ labels: [0, -2, 1] }),
    LabelError,
    { argument: 'labels', row: 1, value: -2 },
  ],
  [
    'labels of int64',
    () => run({ labels: BigInt64Array.of(0n, 1n, 2n) }),
    LabelError,
    { argument: 'labels', row: 0, value: 0n },
  ],
  [
    'labels as text',
    () => run({ labels: ['0', '1', '2'] }),
    LabelError,
    { argument: 'labels', row: 0, value: '0' },
  ],
  [
    'a dimension as text',
    () => run({ dimension: '2' }),
    ParameterError,
    { argument: 'dimension', value: '2' },
  ],
  [
    'a weight below 0',
    () => run({}, { sampleWeights: [1, -1, 1] }),
    ParameterError,
    { argument: 'sampleWeights', row: 1, value: -1 },
  ],
  [
    'weights as text',
    () => run({}, { sampleWeights: ['1', '1', '1'] }),
    ParameterError,
    { argument: 'sampleWeights', row: 0, value: '1' },
  ],
  [
    'weights of int64',
    () => run({}, { sampleWeights: [1n, 1n, 1n] }),
    ParameterError,
    { argument: 'sampleWeights', row: 0, value: 1n },
  ],
  [
    'weights without a sum',
    () => run({}, { sampleWeights: [1e308, 1e308, 1e308] }),
    ParameterError,
    { argument: 'sampleWeights', allowed: 'weights with a finite sum' },
  ],
  [
    'gradients as text',
    () => run({}, { gradients: 'all' }),
    ParameterError,
    { argument: 'gradients', value: 'all' },
  ],
  [
    'an unknown gradient',
    () => run({}, { gradients: { weights: true } }),
    ParameterError,
    { argument: 'weights' },
  ],
  [
    'a budget that is no number',
    () => run({}, { cosineBudget: Number.NaN }),
    ParameterError,
    { argument: 'cosineBudget' },
  ],
  [
    'a state that is not finite',
    () => run({}, { state: { scale: Number.NaN } }, adaCos()),
    ParameterError,
    { argument: 'state.scale' },
  ],
  [
    'a random number of 1',
    () => run({}, { random: () => 1 }, elasticArcFace()),
    ParameterError,
    { argument: 'random', value: 1 },
  ],
  [
    'no random number',
    () => run({}, { random: () => Number.NaN }, elasticArcFace()),
    ParameterError,
    { argument: 'random' },
  ],
  [
    'random numbers that are no function',
    () => run({}, { random: 7 }, elasticArcFace()),
    ParameterError,
    { argument: 'random' },
  ],
  [
    'topK of an array',
    () => topK({ ...batch, embeddings: [1, 2] as never }, 1),
    ParameterError,
    { argument: 'embeddings', value: 'Array' },
  ],
  [
    'topK of no class weights',
    () => topK({ embeddings, dimension: 2 } as never, 1),
    ParameterError,
    { argument: 'classWeights' },
  ],
  [
    'scores of half a row',
    () => cosineScores({ ...batch, embeddings: f32(1) }),
    ShapeError,
    { argument: 'embeddings' },
  ],
  [
    'Partial FC of no class count',
    () => samplePartialClasses([0], Number.NaN, 0.5, Math.random),
    ParameterError,
    { argument: 'classes' },
  ],
  [
    'Partial FC of half a class',
    () => samplePartialClasses([0], 2.5, 0.5, Math.random),
    ParameterError,
    { argument: 'classes', value: 2.5 },
  ],
  [
    'Partial FC with a random number of 1',
    () => samplePartialClasses([0], 10, 0.5, () => 1),
    ParameterError,
    { argument: 'random', value: 1 },
  ],
  [
    'Partial FC without random numbers',
    () => samplePartialClasses([0], 10, 0.5, undefined as never),
    ParameterError,
    { argument: 'random' },
  ],
]

test.each(refusals)('refused: %s', (_, call, kind, fields) => {
  expect(thrown(kind, call)).toMatchObject(fields)
})

test('1, 1n and "1" look different in a message', () => {
  const message = (value: unknown): string =>
    thrown(LabelError, () => run({ labels: [value, 9, 9] })).message
  expect(message(3)).toContain('(got 3)')
  expect(message(1n)).toContain('(got 1n)')
  expect(message('1')).toContain('(got "1")')
})

test('options of a loss are an object', () => {
  const factory = arcFace as (options: unknown) => Loss
  for (const value of [0.5, null, 'easy']) {
    expect(thrown(ParameterError, () => factory(value))).toMatchObject({
      argument: 'options',
      value,
    })
  }
})

describe('gradients lie in memory of their own', () => {
  const both = new Float32Array(12)
  test.each<[string, NonNullable<HeadOptions['gradients']>, string]>([
    ['the embeddings', { embeddings }, 'gradients.embeddings'],
    ['the class weights', { classWeights }, 'gradients.classWeights'],
    [
      'each other',
      { embeddings: both.subarray(0, 6), classWeights: both.subarray(5, 11) },
      'gradients.classWeights',
    ],
  ])('not in that of %s', (_, gradients, argument) => {
    const before = [...embeddings, ...classWeights, ...both]
    expect(thrown(ParameterError, () => run({}, { gradients }))).toMatchObject({ argument })
    expect([...embeddings, ...classWeights, ...both]).toEqual(before)
  })

  test('one buffer may hold both', () => {
    const [x, w] = [both.subarray(0, 6), both.subarray(6)]
    marginLoss(arcFace(), batch, { gradients: { embeddings: x, classWeights: w } })
    const { gradients } = marginLoss(arcFace(), batch, { gradients: true })
    expect([...x]).toEqual([...(gradients.embeddings ?? [])])
    expect([...w]).toEqual([...(gradients.classWeights ?? [])])
  })
})

describe('formulas without a finite value', () => {
  const mine = (fields: object): Loss =>
    defineLoss({
      name: 'Mine',
      citation: '',
      parameters: {},
      target: 'cosTheta',
      other: 'cosTheta',
      ...fields,
    })()
  const axes = {
    embeddings: Float64Array.of(1, 0, 0, 2, 3, 4),
    classWeights: Float64Array.of(1, 0, 0, 1, -1, 0), // [3, 2]: row 0 lies on its class weight
    labels: [0, 2, 1],
  }

  test.each<[string, object, string, number]>([
    ['the logarithm of a cosine below 0', { target: 'log(cosTheta - 0.1)' }, 'target', 1],
    ['a division by the angle', { target: '1/theta' }, 'target', 0],
    ['a term', { reduction: { positive: '1/(logit - 1)', negative: 'logit' } }, 'target', 0],
    ['a regulariser', { regularizer: { sample: 'log(featureNorm - 1)' } }, 'target', 0],
    ['another class', { other: 'log(cosTheta)' }, 'losses', 0],
  ])('%s: the row and its angle are named, and nothing is written', (_, fields, argument, row) => {
    const gradient = new Float64Array(6).fill(7)
    const options = { gradients: { embeddings: gradient, classWeights: true } }
    const error = thrown(NonFiniteError, () => run(axes, options, mine(fields)))
    expect(error).toMatchObject({ argument, row })
    expect(error.message).toContain(
      `formulas of Mine that are finite at theta ${row === 0 ? 0 : ''}`,
    )
    expect([...gradient]).toEqual(Array(6).fill(7))
  })

  test.each(['-sqrt(1 - cosTheta)', '-theta^0.5', '-sinTheta^0.5'])(
    'an infinite slope at angle 0 pulls nowhere: %s',
    (target) => {
      const { loss, gradients } = marginLoss(
        mine({ target }),
        { ...axes, dimension: 2 },
        { gradients: true },
      )
      const { gradients: alone } = marginLoss(
        mine({ target: '0', other: 'cosTheta' }),
        { ...axes, dimension: 2 },
        { gradients: true, reduction: 'mean' },
      )
      expect(Number.isFinite(loss)).toBe(true)
      // Where the target pulls nowhere, only the other classes do; the loss of the row is the same, as its logit is 0.
      expect([...(gradients.embeddings ?? [])].slice(0, 2)).toEqual(
        [...(alone.embeddings ?? [])].slice(0, 2),
      )
      expect([...(gradients.classWeights ?? [])].every(Number.isFinite)).toBe(true)
    },
  )

  test('a soft pooling without a temperature above 0', () => {
    const loss = mine({ pooling: { temperature: '0' } })
    const error = thrown(ParameterError, () => run({ subCenters: 3, labels: [0, 0, 0] }, {}, loss))
    expect(error).toMatchObject({ argument: 'pooling.temperature', value: 0 })
    expect(() => run({ subCenters: 3, labels: [0, 0, 0] }, {}, softTriple())).not.toThrow()
  })
})
