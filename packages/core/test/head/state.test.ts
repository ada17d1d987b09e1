import { describe, expect, test } from 'vitest'
import { type HeadBatch, initialState, type LossState, marginLoss } from '../../src/head/index.js'
import {
  adaCos,
  adaFace,
  clcarwinSchedule,
  curricularFace,
  defineLoss,
  type Loss,
  npcFace,
  ParameterError,
  sphereFaceAnnealed,
} from '../../src/index.js'
import { bell, generator } from '../support/random.js'
import { thrown } from '../support/thrown.js'

const stateful: readonly (readonly [string, Loss])[] = [
  ['AdaFace', adaFace()],
  ['AdaFace that forgets at once', adaFace({ momentum: 1 })],
  ['AdaCos', adaCos()],
  ['CurricularFace', curricularFace()],
  ['NPCFace', npcFace()],
  ['SphereFace, annealed', sphereFaceAnnealed()],
  ['SphereFace, annealed as clcarwin', sphereFaceAnnealed(clcarwinSchedule)],
]

/** A batch of 1 to 4 rows, some of them zero or ignored, against 1 to 4 classes. */
const batchOf = (random: () => number): HeadBatch => {
  const [rows, classes] = [1 + Math.floor(4 * random()), 4]
  const embeddings = bell(random, rows * 3)
  if (random() < 0.3) embeddings.fill(0, 0, 3)
  const labels = Array.from({ length: rows }, () => Math.floor(random() * (classes + 1)))
  return {
    embeddings,
    classWeights: bell(random, classes * 3),
    labels: labels.map((label) => (label === classes ? -1 : label)),
    dimension: 3,
  }
}

describe.each(stateful)('the state of %s', (_, loss) => {
  test('stays finite over 50 steps of any size', () => {
    const random = generator(9)
    let state = initialState(loss, 4)
    for (let step = 0; step < 50; step++) {
      state = marginLoss(loss, batchOf(random), { state }).state
      expect(Object.values(state).filter((value) => !Number.isFinite(value))).toEqual([])
    }
  })

  test('goes on from JSON as if nothing had happened', () => {
    const batch = batchOf(generator(2))
    const { state } = marginLoss(loss, batch)
    const copy: LossState = JSON.parse(JSON.stringify(state))
    expect(copy).toEqual(state)
    expect(marginLoss(loss, batch, { state: copy })).toStrictEqual(
      marginLoss(loss, batch, { state }),
    )
  })

  test('is frozen in evaluation, and where no row counts', () => {
    const batch = batchOf(generator(2))
    const { state } = marginLoss(loss, batch)
    const evaluated = marginLoss(loss, batch, { state, training: false })
    expect(evaluated.state).toBe(state)
    expect(evaluated).toStrictEqual(marginLoss(loss, batch, { state, training: false }))
    const labels = Array.from(batch.labels, () => -1)
    const none = marginLoss(loss, { ...batch, labels }, { state, gradients: true })
    expect(none.state).toBe(state)
    expect(
      [none.loss, ...none.losses, ...(none.gradients.embeddings ?? [])].every(
        (value) => value === 0,
      ),
    ).toBe(true)
    expect(none.gradients.classWeights?.every((value) => value === 0)).toBe(true)
  })

  test.each([1, 2])('survives %d classes and a batch of one', (classes) => {
    const one = { embeddings: Float32Array.of(1, 2, 3), labels: [0], dimension: 3 }
    const classWeights = Float32Array.of(1, 0, 1, 0, 1, 0).subarray(0, 3 * classes)
    let state = initialState(loss, classes)
    for (let step = 0; step < 10; step++) {
      const result = marginLoss(loss, { ...one, classWeights }, { state, gradients: true })
      state = result.state
      const values = [result.loss, ...Object.values(state), ...(result.gradients.embeddings ?? [])]
      expect(values.filter((value) => !Number.isFinite(value))).toEqual([])
    }
  })
})

test('AdaCos with two classes learns: its scale is neither 0 nor negative', () => {
  const batch = {
    embeddings: Float64Array.of(1, 1),
    classWeights: Float64Array.of(1, 0, 0, 1),
    labels: [0],
    dimension: 2,
  }
  const { state, loss, gradients } = marginLoss(adaCos(), batch, { gradients: true })
  expect(initialState(adaCos(), 2)['scale']).toBe(0.5)
  expect(state['scale']).toBe(0.5)
  expect(loss).toBeCloseTo(Math.LN2, 14)
  expect(Math.hypot(...(gradients.embeddings ?? []))).toBeGreaterThan(0.1)
})

test('AdaFace keeps its spread in a batch of one and follows the mean', () => {
  const batch = {
    embeddings: Float64Array.of(3, 4),
    classWeights: Float64Array.of(1, 0, 0, 1),
    labels: [0],
    dimension: 2,
  }
  const state = marginLoss(adaFace({ momentum: 0.5 }), batch, { state: { mean: 20, std: 8 } }).state
  expect(state).toEqual({ mean: 12.5, std: 8 })
})

test('batch statistics: means, unbiased spread and lower median over the rows that count; the batch size', () => {
  const observing = defineLoss({
    name: 'Observing',
    citation: '',
    parameters: {},
    negatives: {
      others: { reduce: 'sum', of: '1' },
      negative: { reduce: 'mean', of: 'cosTheta', where: 'cosTheta < 0' },
    },
    batch: {
      mean: { reduce: 'mean', of: 'featureNorm' },
      std: { reduce: 'std', of: 'featureNorm' },
      median: { reduce: 'lowerMedian', of: 'featureNorm' },
      counted: { reduce: 'mean', of: 'others' },
      below: { reduce: 'mean', of: 'negative' },
    },
    state: Object.fromEntries(
      ['mean', 'std', 'median', 'counted', 'below', 'batchSize'].map((name) => [
        `${name}Seen`,
        { initial: '0', next: name },
      ]),
    ),
    target: 'cosTheta',
    other: 'cosTheta',
  })()
  const batch = {
    embeddings: Float64Array.of(7, 0, 0, 3, 5, 0, -4, 0, 100, 0),
    classWeights: Float64Array.of(1, 0, 0, 1, 0.6, -0.8),
    labels: [0, 1, 1, 2, -1],
    dimension: 2,
  }
  const { state } = marginLoss(observing, batch)
  // Norms 7, 3, 5, 4. Negative cosines: none; the third class at -0.8; none; the first at -1.
  expect(state).toEqual({
    meanSeen: 4.75,
    stdSeen: Math.sqrt((2.25 ** 2 + 1.75 ** 2 + 0.25 ** 2 + 0.75 ** 2) / 3),
    medianSeen: 4,
    countedSeen: 2,
    belowSeen: (-0.8 - 1) / 4,
    batchSizeSeen: 4,
  })
})

describe('a state that is not the loss’s is refused', () => {
  const batch = batchOf(generator(2))
  test.each<[string, Loss, Record<string, number>, string, unknown, string]>([
    ['a name too many', curricularFace(), { t: 0, u: 1 }, 'state.u', 1, 'finite numbers for t'],
    [
      'a name too few',
      adaFace(),
      { mean: 20 },
      'state.std',
      undefined,
      'finite numbers for mean, std',
    ],
    [
      'no number',
      adaCos(),
      { scale: Number.NaN },
      'state.scale',
      Number.NaN,
      'finite numbers for scale',
    ],
    [
      'an infinite one',
      adaCos(),
      { scale: Infinity },
      'state.scale',
      Infinity,
      'finite numbers for scale',
    ],
    ['any at all', npcFace(), { t: 0 }, 'state.t', 0, 'no state at all'],
  ])('%s', (_, loss, state, argument, value, allowed) => {
    const error = thrown(ParameterError, () => marginLoss(loss, batch, { state }))
    expect(error).toMatchObject({ argument, value, allowed })
    expect(error.message).toContain('is not a state of this loss')
  })
})

test('a next value that is not finite leaves the state as it was', () => {
  const dividing = defineLoss({
    name: 'Dividing',
    citation: '',
    parameters: {},
    batch: { angle: { reduce: 'mean', of: 'theta' } },
    state: {
      inverse: { initial: '1', next: '1 / angle' },
      steps: { initial: '0', next: 'steps + 1' },
    },
    target: 'inverse * cosTheta',
    other: 'cosTheta',
  })()
  const aligned = {
    embeddings: Float64Array.of(1, 0),
    classWeights: Float64Array.of(1, 0, 0, 1),
    labels: [0],
    dimension: 2,
  }
  expect(marginLoss(dividing, aligned).state).toEqual({ inverse: 1, steps: 0 })
  const away = { ...aligned, embeddings: Float64Array.of(0, 1) }
  expect(marginLoss(dividing, away).state).toEqual({ inverse: 2 / Math.PI, steps: 1 })
})
