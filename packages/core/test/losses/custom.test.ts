import { describe, expect, test } from 'vitest'
import { marginLoss } from '../../src/head/index.js'
import { combined, defineLoss, type Loss, type LossDefinition } from '../../src/index.js'
import { gradientErrors } from '../support/gradients.js'
import { problemFor } from '../support/problem.js'

const parameters = {
  m: { default: 0.4, minimum: 0 },
  s: { default: 8, above: 0 },
} as const

const make = (formulas: Omit<LossDefinition, 'name' | 'citation' | 'parameters'>): Loss =>
  defineLoss({ name: 'Mine', citation: '', parameters, ...formulas })()

const expectAgreement = (loss: Loss, shape = {}): void => {
  const { values, slopes, doubt } = gradientErrors(problemFor(loss, 1, shape))
  expect(values).toBeLessThan(1e-13)
  expect(doubt).toBeLessThan(1e-4)
  expect(Object.entries(slopes).filter(([, error]) => !(error < 1e-7))).toEqual([])
}

test('the combined margin as text is combined, bit for bit', () => {
  const text = make({ target: 's * (cos(0.9 * theta + m) - 0.15)', other: 's * cosTheta' })
  const known = combined({ m1: 0.9, m2: 0.4, m3: 0.15, scale: 8 })
  const { batch } = problemFor(text, 1)
  const options = { gradients: true, logits: true }
  expect(marginLoss(text, batch, options)).toStrictEqual(marginLoss(known, batch, options))
})

/** LiArcFace: linear in the angle on both sides. */
const airFace = { target: 's * (pi - 2 * (theta + m)) / pi', other: 's * (pi - 2 * theta) / pi' }

/** ψ with m = 2 on both sides. */
const spherical = 's * (2 * cosTheta^2 - 1 - 2 * select(cosTheta < 0, 2 * cosTheta^2, 0))'

describe('other logits in the angle have their own derivatives', () => {
  test.each<[string, Loss]>([
    ['linear in theta', make(airFace)],
    ['in theta and its cosine', make({ ...airFace, other: 's * cos(theta - m) + cosTheta' })],
    ['in the sine', make({ ...airFace, other: 's * (cosTheta - m * sinTheta)' })],
    [
      'a power of the cosine, with a bend at a right angle',
      make({ target: spherical, other: spherical }),
    ],
    [
      'with both norms',
      make({ ...airFace, other: 's * featureNorm * weightNorm * cos(theta / 2)' }),
    ],
    [
      'in terms of their own',
      make({
        ...airFace,
        reduction: { positive: 'softplus(-logit)', negative: 'softplus(logit)' },
      }),
    ],
  ])('%s', (_, loss) => {
    expectAgreement(loss)
    expectAgreement(loss, { subCenters: 3 })
  })

  test('pooled by a softmax', () => {
    expectAgreement(make({ ...airFace, pooling: { temperature: '0.1' } }), { subCenters: 3 })
    expectAgreement(make({ ...airFace, pooling: { temperature: '0.1' } }))
  })
})

/** cos(θ_y + m), seen by the negatives with its gradient. */
const boundary = { boundary: 'cos(theta + m)' }

describe('values of a row that other logits use carry their gradient', () => {
  test.each<[string, Loss]>([
    [
      'a mined negative',
      make({
        row: boundary,
        target: 's * boundary',
        other: 's * (cosTheta + m * (cosTheta - boundary)^2)',
      }),
    ],
    [
      'one with a table and norms',
      make({
        row: { r: 'm * featureNorm * weightNorm * sin(theta)' },
        target: 's * cosTheta',
        other: 's * cosTheta + r * weightNorm',
      }),
    ],
    [
      'one made of another',
      make({
        row: { ...boundary, twice: 'boundary^2 + theta' },
        target: 's * cosTheta',
        other: 's * cosTheta * (1 + twice)',
      }),
    ],
    [
      'two, by way of an abbreviation',
      make({
        row: { a: 'theta', b: 'cosTheta' },
        where: { ab: 'a * b' },
        target: 's * ab',
        other: 's * cosTheta - ab',
      }),
    ],
    [
      'other logits in the angle',
      make({ row: boundary, target: 's * cosTheta', other: 's * cos(theta) * boundary' }),
    ],
    [
      'terms of their own',
      make({
        row: boundary,
        target: 'cosTheta',
        other: 's * cosTheta * boundary',
        reduction: { positive: 'logit^2', negative: 'm * logit^2' },
      }),
    ],
    [
      'one value for the batch',
      make({
        row: boundary,
        target: '-s * cosTheta',
        other: 's * (cosTheta - boundary)',
        reduction: 'classwise',
      }),
    ],
  ])('%s', (_, loss) => {
    expectAgreement(loss)
    expectAgreement(loss, { subCenters: 2 })
  })

  test('stopped ones carry none', () => {
    expectAgreement(
      make({
        row: boundary,
        target: 's * boundary',
        other: 's * (cosTheta + m * (cosTheta - stopGradient(boundary))^2)',
      }),
    )
  })

  test('with weights and an ignored row', () => {
    const loss = make({ row: boundary, target: 's * boundary', other: 's * cosTheta * boundary' })
    const problem = problemFor(loss, 3)
    const labels = problem.batch.labels.map((label, row) => (row === 2 ? -1 : label))
    const { slopes } = gradientErrors(
      { ...problem, batch: { ...problem.batch, labels } },
      { sampleWeights: [1, 2, 3, 4, 5] },
    )
    expect(Math.max(...Object.values(slopes))).toBeLessThan(1e-7)
  })
})

describe('regularisers', () => {
  test('of a sample, with its angle and both norms', () => {
    const loss = make({
      ...airFace,
      regularizer: { sample: 'm * theta^2 + (featureNorm - weightNorm)^2' },
    })
    expectAgreement(loss)
    const { loss: value, losses, regularization } = marginLoss(loss, problemFor(loss, 1).batch)
    const plain = marginLoss(make(airFace), problemFor(loss, 1).batch)
    expect(regularization).toBeGreaterThan(0)
    expect(value).toBeCloseTo(plain.loss + regularization, 12)
    expect(losses.reduce((sum, one) => sum + one, 0) / 5).toBeCloseTo(value, 12)
  })

  test('of a class, with a table', () => {
    const loss = defineLoss({
      name: 'Mine',
      citation: '',
      parameters: { ...parameters, w: { scope: 'perClass', maximum: 4 } },
      ...airFace,
      regularizer: { class: 'm * (w - 1)^2' },
    })()
    expectAgreement(loss)
    const { batch } = problemFor(loss, 1)
    const w = Float64Array.of(1, 2, 3, 4)
    const { regularization } = marginLoss(loss, batch, { parameters: { w } })
    expect(regularization).toBeCloseTo((0.4 * (0 + 1 + 4 + 9)) / 4, 14)
  })

  test('of a sample, by way of a row value', () => {
    expectAgreement(
      make({ ...airFace, row: boundary, regularizer: { sample: 'boundary^2 * featureNorm' } }),
    )
  })
})

describe('parameters in the other logits', () => {
  test.each(['perClass', 'perSample'] as const)('%s', (scope) => {
    const shifted = defineLoss({
      name: 'Mine',
      citation: '',
      parameters,
      target: 's * cos(theta + m)',
      other: 's * (cosTheta + m * cosTheta^2)',
    })
    expectAgreement(shifted({ m: scope }))
    expectAgreement(shifted({ m: scope, s: scope }), { subCenters: 2 })
  })
})
