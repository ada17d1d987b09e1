import { describe, expect, test } from 'vitest'
import {
  FormulaError,
  LabelError,
  NonFiniteError,
  ParameterError,
  ShapeError,
} from '../../src/index.js'
import * as pairs from '../../src/pairs/index.js'
import { pairCases, pairProblem } from '../support/pairs.js'
import { thrown } from '../support/thrown.js'

type Untyped = (...args: readonly unknown[]) => unknown

test.each(pairCases)('$label survives JSON', (which) => {
  const { loss } = which
  const back = pairs.pairLossFromJson(JSON.stringify(loss))
  expect(back).toEqual(loss)
  const batch = pairProblem(which, 4)
  expect(pairs.pairLoss(back, batch, { gradients: true })).toEqual(
    pairs.pairLoss(loss, batch, { gradients: true }),
  )
})

test('a loss of your own', () => {
  const huber = pairs.definePairLoss({
    name: 'Cosine attraction',
    citation: 'none',
    parameters: { weight: { default: 2, above: 0 } },
    choices: { power: { one: '1 - cosTheta', two: '(1 - cosTheta)^2' } },
    where: { pull: 'weight * power' },
    positive: 'pull',
    over: 'pairs',
  })
  const embeddings = Float64Array.of(1, 0, 0, 1)
  const batch = { embeddings, labels: [3, 3], dimension: 2 }
  expect(pairs.pairLoss(huber(), batch).loss).toBe(2)
  expect(pairs.pairLoss(huber({ power: 'two', weight: 5 }), batch).loss).toBe(5)
  expect(pairs.pairLoss(huber(), batch).counts.negativePairs).toBe(0)
  const list = { anchors: [0], others: [1] }
  const chosen = pairs.pairLoss(huber(), { ...batch, pairs: { positives: list, negatives: list } })
  expect(chosen).toMatchObject({ loss: 2, counts: { negativePairs: 0, terms: 1 } })
})

test('a sample is in no pair with itself, whatever label the second set gives it', () => {
  const embeddings = Float64Array.of(1, 0, 0, 1)
  const batch = { embeddings, labels: [0, 1], dimension: 2 }
  const others = { embeddings, labels: [1, 1], self: [0, -1] }
  const { counts } = pairs.pairLoss(pairs.contrastive(), { ...batch, others })
  expect(counts).toMatchObject({ positivePairs: 2, negativePairs: 1 })
})

const base = { name: 'Own', citation: '', parameters: {}, over: 'pairs' } as const

describe('definitions that are refused', () => {
  test.each<[string, Partial<pairs.PairLossDefinition>, string]>([
    [
      'unit and raw vectors in one',
      { positive: 'chord', negative: 'distance' },
      'Own: positive, negative',
    ],
    ['a term of pairs', { positive: 'chord', term: '1' }, 'Own: term'],
    ['no term of anchors', { positive: 'chord', over: 'anchors' }, 'Own: term'],
    ['an input of another place', { positive: 'chord', over: 'anchors', term: 'chord' }, 'term'],
    [
      'an input of another scope',
      { positive: 'chord', over: 'positives', term: 'positives' },
      'term',
    ],
    ['a choice of triplets elsewhere', { positive: 'chord', keep: '1' }, 'Own: keep'],
    ['a score of scores', { positive: 'positives' }, 'positive'],
    ['triplets of two', { positive: 'chord', over: 'triplets', term: 'positive' }, 'Own: negative'],
  ])('%s', (_, parts, argument) => {
    const define = (): unknown => pairs.definePairLoss({ ...base, positive: 'chord', ...parts })
    expect(thrown(ParameterError, define).argument).toBe(argument)
  })

  test('a formula that cannot be read, with the place', () => {
    const error = thrown(FormulaError, () => pairs.definePairLoss({ ...base, positive: 'chord +' }))
    expect(error.position).toBe(7)
  })

  test('a choice that cannot be read is refused before it is made', () => {
    const choices = { measure: { good: 'chord', bad: 'cord' } }
    thrown(FormulaError, () => pairs.definePairLoss({ ...base, choices, positive: 'measure' }))
  })

  test.each<[string, unknown, string]>([
    ['text', 'loss', 'loss'],
    ['no choices', { definition: { ...base, positive: 'chord' }, parameters: {} }, 'loss'],
    [
      'an unknown key',
      { definition: { ...base, positive: 'chord', code: '' }, parameters: {}, choices: {} },
      'loss.definition.code',
    ],
  ])('JSON: %s', (_, data, argument) => {
    const error = thrown(ParameterError, () => pairs.pairLossFromJson(JSON.stringify(data)))
    expect(error.argument).toBe(argument)
  })
})

describe('options that are refused', () => {
  test.each<[string, unknown, unknown, string]>([
    ['unknown', pairs.supCon, { temprature: 1 }, 'temprature'],
    ['out of range', pairs.supCon, { temperature: 0 }, 'temperature'],
    ['in degrees', pairs.tupletMargin, { margin: 5.73 }, 'margin'],
    ['no choice', pairs.tripletMargin, { mining: 'easy' }, 'mining'],
    ['null', pairs.tripletMargin, { mining: null }, 'mining'],
    ['a table for the whole batch', pairs.circlePooled, { scale: 'perSample' }, 'scale'],
  ])('%s', (_, factory, options, argument) => {
    expect(thrown(ParameterError, () => (factory as Untyped)(options)).argument).toBe(argument)
  })
})

describe('batches that are refused', () => {
  const embeddings = Float64Array.of(1, 0, 0, 1, 1, 1)
  const good = { embeddings, labels: [0, 0, 1], dimension: 2 }
  const others = { embeddings: Float64Array.of(1, 0, 0, 1) }
  const triplets = { anchors: [0], positives: [1], negatives: [2] }
  const list = { anchors: [0], others: [1] }
  const chosen = { positives: list, negatives: { anchors: [0], others: [2] } }
  const { supCon, tripletMargin, nPair, infoNce, marginBeta } = pairs
  const hinge = { negative: 'chord', term: 'max(positive - negative, 0)', symmetric: true }
  const mutual = pairs.definePairLoss({ ...base, ...hinge, positive: 'chord', over: 'triplets' })()

  test.each<[string, pairs.PairLoss, object, object, new (...args: never[]) => Error, object]>([
    ['an unknown part', supCon(), { lables: [] }, {}, ParameterError, { argument: 'lables' }],
    [
      'an unknown option',
      supCon(),
      {},
      { gradient: true },
      ParameterError,
      { argument: 'gradient' },
    ],
    ['a reduction', supCon(), {}, { reduction: 'max' }, ParameterError, { argument: 'reduction' }],
    ['a budget', supCon(), {}, { budget: Number.NaN }, ParameterError, { argument: 'budget' }],
    [
      'a plain list',
      supCon(),
      { embeddings: [1, 0] },
      {},
      ParameterError,
      { argument: 'embeddings' },
    ],
    ['a dimension', supCon(), { dimension: 0 }, {}, ParameterError, { argument: 'dimension' }],
    ['a remainder', supCon(), { dimension: 4 }, {}, ShapeError, { argument: 'embeddings' }],
    ['views', supCon(), { views: 2 }, {}, ShapeError, { argument: 'embeddings' }],
    ['labels too few', supCon(), { labels: [0] }, {}, ShapeError, { argument: 'labels' }],
    ['no labels', supCon(), { labels: undefined }, {}, ParameterError, { argument: 'labels' }],
    [
      'half a label',
      supCon(),
      { labels: [0, 0.5, 1] },
      {},
      LabelError,
      { argument: 'labels', row: 1 },
    ],
    ['-2', supCon(), { labels: [0, 1, -2] }, {}, LabelError, { row: 2, value: -2 }],
    [
      'NaN',
      supCon(),
      { embeddings: Float64Array.of(1, 0, 0, Number.NaN, 1, 1) },
      {},
      NonFiniteError,
      { argument: 'embeddings', row: 1 },
    ],
    [
      'infinity in others',
      infoNce(),
      { others: { embeddings: Float64Array.of(1, 0, Infinity, 1) } },
      {},
      NonFiniteError,
      { argument: 'others.embeddings', row: 1 },
    ],
    [
      'others too short',
      infoNce(),
      { others: { embeddings: Float64Array.of(1) } },
      {},
      ShapeError,
      {},
    ],
    [
      'self beyond others',
      infoNce(),
      { others: { ...others, self: [0, 1, 2] } },
      {},
      LabelError,
      { argument: 'others.self', row: 2 },
    ],
    [
      'an anchor twice',
      supCon(),
      { anchors: [0, 0] },
      {},
      ParameterError,
      { argument: 'anchors', row: 1 },
    ],
    ['triplets of pairs', supCon(), { triplets }, {}, ParameterError, { argument: 'triplets' }],
    [
      'pairs of triplets',
      tripletMargin(),
      { pairs: chosen },
      {},
      ParameterError,
      { argument: 'pairs' },
    ],
    [
      'triplets in both directions',
      mutual,
      { others, triplets },
      {},
      ParameterError,
      { argument: 'triplets' },
    ],
    [
      'a row that is not there',
      tripletMargin(),
      { triplets: { ...triplets, negatives: [3] } },
      {},
      ParameterError,
      { argument: 'triplets.negatives', row: 0, value: 3 },
    ],
    [
      'lists of different lengths',
      tripletMargin(),
      { triplets: { ...triplets, negatives: [] } },
      {},
      ShapeError,
      { argument: 'triplets.negatives' },
    ],
    [
      'a swap between towers',
      tripletMargin({ swap: 'nearer' }),
      { others },
      {},
      ParameterError,
      { argument: 'others' },
    ],
    ['N-pairs between towers', nPair(), { others }, {}, ParameterError, { argument: 'others' }],
    [
      'a parameter',
      supCon(),
      {},
      { parameters: { scale: 1 } },
      ParameterError,
      { argument: 'scale' },
    ],
    [
      'a gradient of none',
      supCon(),
      {},
      { gradients: { parameters: ['scale'] } },
      ParameterError,
      { argument: 'gradients.parameters: scale' },
    ],
    ['no table', marginBeta({ beta: 'perClass' }), {}, {}, ParameterError, { argument: 'beta' }],
    [
      'a table without a class',
      marginBeta({ beta: 'perClass' }),
      {},
      { parameters: { beta: Float64Array.of(1) } },
      LabelError,
      { argument: 'labels', row: 2, value: 1 },
    ],
  ])('%s', (_, loss, parts, options, kind, details) => {
    const call = (): unknown => (pairs.pairLoss as Untyped)(loss, { ...good, ...parts }, options)
    expect(thrown(kind, call)).toMatchObject(details)
  })
})
