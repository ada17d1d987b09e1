import { expect, test } from 'vitest'
import { initialState, marginLoss } from '../../src/head/index.js'
import { arcFace, curricularFace, ParameterError } from '../../src/index.js'
import * as pairs from '../../src/pairs/index.js'
import { bell, generator } from '../support/random.js'
import { thrown } from '../support/thrown.js'

const random = generator(12)
const shared = { embeddings: bell(random, 5 * 3), labels: [0, 1, 2, 1, -1], dimension: 3 }
const classWeights = bell(random, 4 * 3)
const centers = bell(random, 4 * 3)

test('ArcFace + 0.003·center is the sum of both, with the gradients of both', () => {
  const loss = arcFace({ scale: 8 })
  const both: pairs.CombinedLoss = {
    arcFace: { loss },
    center: { loss: pairs.center(), weight: 0.003 },
  }
  const others = { center: { embeddings: centers } }
  const found = pairs.combinedLoss(both, { ...shared, classWeights, others })
  const margin = marginLoss(loss, { ...shared, classWeights }, { gradients: true })
  const pair = pairs.pairLoss(
    pairs.center(),
    { ...shared, others: { embeddings: centers } },
    { gradients: true },
  )
  expect(found.losses).toEqual({ arcFace: margin.loss, center: pair.loss })
  expect(found.loss).toBeCloseTo(margin.loss + 0.003 * pair.loss, 14)
  found.gradients.embeddings.forEach((value, at) => {
    const [a, b] = [margin.gradients.embeddings?.[at], pair.gradients.embeddings?.[at]]
    expect(value).toBeCloseTo((a as number) + 0.003 * (b as number), 14)
  })
  expect(found.gradients.classWeights).toEqual(margin.gradients.classWeights)
  expect(found.gradients.others['center']).toEqual(
    pair.gradients.others?.map((value) => 0.003 * value),
  )
  expect(JSON.parse(JSON.stringify(both))).toEqual(both)
})

test('states move on, learnable parameters have gradients, and both by name', () => {
  const loss = curricularFace()
  const state = initialState(loss, 4)
  const found = pairs.combinedLoss(
    { head: { loss }, margin: { loss: pairs.marginBeta(), weight: 2 } },
    { ...shared, classWeights },
    { head: state },
  )
  const alone = marginLoss(loss, { ...shared, classWeights }, { state })
  expect(found.states).toEqual({ head: alone.state })
  const pair = pairs.pairLoss(pairs.marginBeta(), shared, { gradients: true })
  const slope = pair.gradients.parameters['beta'] as number
  expect(found.gradients.parameters['margin']).toEqual({ beta: 2 * slope })
})

test('what is missing or unknown is refused', () => {
  const refused = (combined: pairs.CombinedLoss, parts: object): string =>
    thrown(ParameterError, () => pairs.combinedLoss(combined, { ...shared, ...parts })).argument
  expect(refused({ head: { loss: arcFace() } }, {})).toBe('classWeights')
  expect(refused({ a: { loss: pairs.supCon(), weight: -1 } }, {})).toBe('a.weight')
  expect(refused({ a: { loss: pairs.supCon() } }, { others: { b: {} } })).toBe('b')
})

test("centers move by the paper's rule and their array stays", () => {
  const batch = { ...shared, centers: Float64Array.from(centers) }
  const moved = pairs.updateCenters(batch, 0.5)
  for (let label = 0; label < 4; label++) {
    const own = shared.labels.flatMap((other, row) => (other === label ? [row] : []))
    for (let k = 0; k < 3; k++) {
      const c = centers[label * 3 + k] as number
      const pull = own.reduce((sum, row) => sum + c - (shared.embeddings[row * 3 + k] as number), 0)
      expect(moved[label * 3 + k]).toBeCloseTo(c - (0.5 * pull) / (1 + own.length), 14)
    }
  }
  expect(batch.centers).toEqual(centers)
  expect(thrown(ParameterError, () => pairs.updateCenters(batch, 0)).argument).toBe('rate')
})
