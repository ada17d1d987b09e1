import { describe, expect, test } from 'vitest'
import { type PairBatch, pairLoss } from '../../src/pairs/index.js'
import { pairCases } from '../support/pairs.js'
import { bell, generator } from '../support/random.js'

const samples = (labels: readonly number[]): PairBatch => ({
  embeddings: bell(generator(3), labels.length * 3),
  labels,
  dimension: 3,
})

const run = (loss: (typeof pairCases)[number]['loss'], batch: PairBatch) => {
  const result = pairLoss(loss, batch, { gradients: true, elements: true })
  const numbers = [
    result.loss,
    ...(result.gradients.embeddings ?? []),
    ...Object.values(result.gradients.parameters).flatMap((value) =>
      typeof value === 'number' ? [value] : [...value],
    ),
    ...result.elements.map(({ loss: term }) => term),
  ]
  expect(numbers.every(Number.isFinite)).toBe(true)
  return { ...result, zero: numbers.every((value) => value === 0) }
}

describe.each(pairCases)('$label', ({ loss }) => {
  test('one sample, and all ignored: nothing, and the counts say so', () => {
    const one = run(loss, samples([5]))
    expect(one.zero).toBe(true)
    expect(one.counts).toMatchObject({ positivePairs: 0, negativePairs: 0, active: 0 })
    const none = run(loss, samples([-1, -1, -1]))
    expect(none.zero).toBe(true)
    expect(none.counts).toEqual({
      anchors: 0,
      positivePairs: 0,
      negativePairs: 0,
      terms: 0,
      active: 0,
    })
  })

  test('no positives: 0 unless negatives have a part of their own', () => {
    const { zero, counts } = run(loss, samples([0, 1, 2, 3]))
    expect(counts.positivePairs).toBe(0)
    const apart = /^(Contrastive|Lifted|Multi-similarity|SigLIP)/.test(loss.definition.name)
    expect(zero).toBe(!apart)
  })

  test('no negatives: 0 unless positives have a part of their own', () => {
    const { zero, counts } = run(loss, samples([4, 4, 4]))
    expect(counts.negativePairs).toBe(0)
    const own = /^(Contrastive|Center|Lifted|Multi-similarity|SigLIP|SupCon \(views\))/
    const apart = own.test(loss.definition.name)
    expect(zero).toBe(!apart)
  })

  test('equal samples, opposite samples and zero vectors are finite', () => {
    const embeddings = Float64Array.of(1, 2, 3, 1, 2, 3, 1, 2, 3, -1, -2, -3, 0, 0, 0, 0, 0, 0)
    const batch = { embeddings, labels: [0, 0, 1, 1, 0, 1], dimension: 3 }
    run(loss, batch)
    run(loss, { ...batch, embeddings: Float32Array.from(embeddings, (value) => value * 1e-25) })
    run(loss, { ...batch, embeddings: embeddings.map((value) => value * 1e12) })
  })
})

test('equal samples are at distance 0 exactly', () => {
  for (const { label, loss } of pairCases) {
    if (!/^contrastive/.test(label) || label.includes('cosine')) continue
    const embeddings = Float64Array.of(0.1, 0.7, -0.3, 0.1, 0.7, -0.3)
    const result = run(loss, { embeddings, labels: [0, 0], dimension: 3 })
    expect([label, result.loss, result.zero]).toEqual([label, 0, true])
  }
})
