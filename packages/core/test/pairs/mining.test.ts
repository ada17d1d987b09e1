import { expect, test } from 'vitest'
import { LabelError, ParameterError, ShapeError } from '../../src/index.js'
import * as pairs from '../../src/pairs/index.js'
import { bell, generator, someLabels } from '../support/random.js'
import { thrown } from '../support/thrown.js'

const rows = 24
const dimension = 5
const random = generator(33)
const batch = {
  embeddings: bell(random, rows * dimension),
  labels: someLabels(random, rows, 6).map((label, row) => (row === 7 ? -1 : label)),
  dimension,
}

const unit = Array.from({ length: rows }, (_, row) => {
  const x = batch.embeddings.subarray(row * dimension, (row + 1) * dimension)
  return x.map((value) => value / Math.hypot(...x))
})
const cosine = (i: number, j: number): number =>
  (unit[i] ?? new Float64Array()).reduce((sum, v, k) => sum + v * (unit[j]?.[k] as number), 0)
const chord = (i: number, j: number): number =>
  Math.hypot(...(unit[i] ?? []).map((v, k) => v - (unit[j]?.[k] as number)))
const indices = [...batch.labels.keys()].filter((row) => (batch.labels[row] as number) >= 0)
const alike = (i: number): number[] =>
  indices.filter((j) => j !== i && batch.labels[i] === batch.labels[j])
const apart = (i: number): number[] => indices.filter((j) => batch.labels[i] !== batch.labels[j])

const rowsOf = ({ anchors, positives, negatives }: pairs.Triplets): string[] =>
  Array.from(anchors, (a, k) => `${a} ${positives[k]} ${negatives[k]}`).sort()

/** Every triplet by brute force. */
const brute = (keep: (a: number, p: number, n: number) => boolean): string[] =>
  indices
    .flatMap((a) =>
      alike(a).flatMap((p) => apart(a).flatMap((n) => (keep(a, p, n) ? [`${a} ${p} ${n}`] : []))),
    )
    .sort()

test('semi-hard: all triplets between the positive and its margin', () => {
  const expected = brute((a, p, n) => chord(a, n) > chord(a, p) && chord(a, n) <= chord(a, p) + 0.3)
  expect(expected.length).toBeGreaterThan(50)
  expect(rowsOf(pairs.mineSemiHard(batch, 0.3))).toEqual(expected)
})

test('semi-hard, the hardest: one for each positive pair that has any', () => {
  const nearest = (a: number, p: number): number =>
    Math.min(
      ...apart(a)
        .map((n) => chord(a, n))
        .filter((d) => d > chord(a, p) && d <= chord(a, p) + 0.3),
    )
  const expected = brute((a, p, n) => chord(a, n) === nearest(a, p))
  expect(rowsOf(pairs.mineSemiHard(batch, 0.3, 'hardest'))).toEqual(expected)
})

test('hard: the farthest positive and the nearest negative of each anchor', () => {
  const expected = brute(
    (a, p, n) =>
      alike(a).every((other) => chord(a, other) <= chord(a, p)) &&
      apart(a).every((other) => chord(a, other) >= chord(a, n)),
  )
  const found = pairs.mineHard(batch)
  expect(rowsOf(found)).toEqual(expected)
  // The loss that mines for itself takes the same ones.
  const hard = pairs.tripletMargin({ margin: 0.5, mining: 'hard' })
  const given = pairs.tripletMargin({ margin: 0.5 })
  const own = pairs.pairLoss(hard, batch).loss
  expect(pairs.pairLoss(given, { ...batch, triplets: found }).loss).toBeCloseTo(own, 13)
})

test('multi-similarity: pairs beside the hardest of the other kind', () => {
  const low = (a: number): number => Math.min(...alike(a).map((p) => cosine(a, p)))
  const high = (a: number): number => Math.max(...apart(a).map((n) => cosine(a, n)))
  const list = ({ anchors, others }: pairs.Pairs['positives']): string[] =>
    Array.from(anchors, (a, k) => `${a} ${others[k]}`)
  const found = pairs.mineMultiSimilarity(batch, 0.05)
  const full = indices.filter((a) => alike(a).length > 0)
  expect(list(found.positives)).toEqual(
    full.flatMap((a) =>
      alike(a).flatMap((p) => (cosine(a, p) - 0.05 < high(a) ? [`${a} ${p}`] : [])),
    ),
  )
  expect(list(found.negatives)).toEqual(
    full.flatMap((a) =>
      apart(a).flatMap((n) => (cosine(a, n) + 0.05 > low(a) ? [`${a} ${n}`] : [])),
    ),
  )
})

test('distance-weighted: each negative as often as 1/q says, none too far, the same for the same numbers', () => {
  const one = { ...batch, labels: batch.labels.map((_, row) => (row < 2 ? 0 : row)) }
  const counts = new Map<number, number>()
  const source = generator(5)
  const draws = 6000
  for (let k = 0; k < draws / 2; k++) {
    for (const n of pairs.mineDistanceWeighted(one, source).negatives) {
      counts.set(n, (counts.get(n) ?? 0) + 1)
    }
  }
  const weight = (a: number, n: number): number => {
    const d = Math.max(chord(a, n), 0.5)
    return chord(a, n) < 1.4 ? d ** (2 - dimension) * (1 - d ** 2 / 4) ** ((3 - dimension) / 2) : 0
  }
  for (let n = 2; n < rows; n++) {
    const share = [0, 1].map((a) => {
      const all = Array.from({ length: rows - 2 }, (_, k) => weight(a, k + 2))
      return weight(a, n) / all.reduce((sum, value) => sum + value, 0)
    })
    const expected = (draws / 2) * ((share[0] as number) + (share[1] as number))
    // Five standard deviations.
    expect(Math.abs((counts.get(n) ?? 0) - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected))
  }
  expect(pairs.mineDistanceWeighted(batch, generator(1))).toEqual(
    pairs.mineDistanceWeighted(batch, generator(1)),
  )
})

test('miners refuse what is out of range', () => {
  expect(thrown(ParameterError, () => pairs.mineSemiHard(batch, -1)).argument).toBe('margin')
  expect(thrown(ParameterError, () => pairs.mineMultiSimilarity(batch, -1)).argument).toBe(
    'epsilon',
  )
  const weighted = (options: pairs.DistanceWeightedOptions) => () =>
    pairs.mineDistanceWeighted(batch, random, options)
  expect(thrown(ParameterError, weighted({ cutoff: 0 })).argument).toBe('cutoff')
  expect(thrown(ShapeError, () => pairs.mineHard({ ...batch, labels: [0] })).argument).toBe(
    'labels',
  )
})

test('batches of P classes with K samples', () => {
  const labels = [...batch.labels, 9, 9]
  const batches = [
    ...pairs.classBalancedBatches(labels, { classes: 3, samples: 4, random: generator(2) }),
  ]
  const seen = batches.flatMap((rowsOfBatch) => {
    const classes = [...new Set(Array.from(rowsOfBatch, (row) => labels[row] as number))]
    expect(rowsOfBatch.length).toBe(12)
    expect(classes.length).toBe(3)
    for (const label of classes) {
      const members = labels.flatMap((own, row) => (own === label ? [row] : []))
      const drawn = [...rowsOfBatch].filter((row) => labels[row] === label)
      expect(drawn.length).toBe(4)
      // Nothing repeats before all have come.
      expect(new Set(drawn).size).toBe(Math.min(4, members.length))
    }
    return classes
  })
  expect(seen).not.toContain(-1)
  expect(new Set(seen).size).toBe(seen.length)
  const again = [
    ...pairs.classBalancedBatches(labels, { classes: 3, samples: 4, random: generator(2) }),
  ]
  expect(again).toEqual(batches)
})

test('over many epochs every class and every sample comes equally often', () => {
  const labels = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
  const counts = new Float64Array(labels.length)
  const source = generator(3)
  const epochs = 2000
  for (let epoch = 0; epoch < epochs; epoch++) {
    // Three of four classes an epoch, two of three samples each.
    for (const found of pairs.classBalancedBatches(labels, {
      classes: 3,
      samples: 2,
      random: source,
    })) {
      for (const row of found) counts[row] = (counts[row] as number) + 1
    }
  }
  const expected = (epochs * 3 * 2) / labels.length
  for (const count of counts)
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
})

test('more classes than there are is refused', () => {
  const call = (): unknown => [
    ...pairs.classBalancedBatches([0, 1], { classes: 3, samples: 1, random }),
  ]
  expect(thrown(ParameterError, call)).toMatchObject({ argument: 'classes', value: 3 })
})

test('a memory keeps the newest rows, oldest first, and knows its own', () => {
  let memory = pairs.emptyMemory(3, 2)
  const step = (values: number[], labels: number[]) =>
    pairs.remember(memory, { embeddings: Float64Array.from(values), labels })
  memory = step([1, 1, 2, 2], [0, 1]).memory
  const before = memory
  const { memory: next, others } = step([3, 3, 9, 9, 4, 4], [2, -1, 0])
  expect([...next.embeddings]).toEqual([2, 2, 3, 3, 4, 4])
  expect([...next.labels]).toEqual([1, 2, 0])
  expect([...(others.self as Int32Array)]).toEqual([1, -1, 2])
  expect([...before.embeddings]).toEqual([1, 1, 2, 2])
  expect(thrown(ParameterError, () => step([1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0])).argument).toBe(
    'embeddings',
  )
  expect(thrown(LabelError, () => step([1, 1], [0.5])).argument).toBe('labels')
})

test('an empty memory changes nothing but that what is remembered stands still', () => {
  const { others } = pairs.remember(pairs.emptyMemory(100, dimension), batch)
  const loss = pairs.contrastive()
  const alone = pairs.pairLoss(loss, batch, { gradients: true })
  const remembered = pairs.pairLoss(loss, { ...batch, others }, { gradients: { embeddings: true } })
  expect(remembered.loss).toBeCloseTo(alone.loss, 13)
  expect(remembered.counts).toEqual(alone.counts)
  expect(remembered.gradients.others).toBeUndefined()
  // Every pair is seen from both ends: the anchors' part is half of it.
  remembered.gradients.embeddings?.forEach((value, at) => {
    expect(2 * value).toBeCloseTo(alone.gradients.embeddings?.[at] as number, 12)
  })
})
