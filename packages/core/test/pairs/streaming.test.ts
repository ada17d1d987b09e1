import { expect, test } from 'vitest'
import * as pairs from '../../src/pairs/index.js'
import { bell, even, generator, someLabels } from '../support/random.js'

/** More samples than a block of anchors holds. */
const rows = 400
const dimension = 6
const random = generator(21)
const batch = {
  embeddings: bell(random, rows * dimension),
  labels: someLabels(random, rows, 60),
  dimension,
}

const losses: readonly (readonly [string, pairs.PairLoss])[] = [
  ['contrastive', pairs.contrastive()],
  ['raw contrastive', pairs.contrastiveSquared({ measure: 'euclidean' })],
  ['triplet', pairs.tripletMargin({ margin: 0.3, mining: 'semiHard' })],
  ['supCon', pairs.supCon()],
  ['ntXent', pairs.ntXent()],
  ['circlePooled', pairs.circlePooled({ scale: 16 })],
  ['tuplet', pairs.tupletMargin()],
]

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs))
const gap = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  largest(Array.from(a, (value, at) => value - (b[at] as number))) / largest(b)

/** All pairs one by one: a list takes them around the blocks and their matrix products. */
const listed = (): pairs.MinedPairs => {
  const lists = { positives: [[], []], negatives: [[], []] } as Record<string, number[][]>
  batch.labels.forEach((own, i) => {
    batch.labels.forEach((other, j) => {
      if (i === j) return
      const [anchors, others] = lists[own === other ? 'positives' : 'negatives'] as number[][]
      anchors?.push(i)
      others?.push(j)
    })
  })
  const take = ([anchors = [], others = []]: number[][]) => ({ anchors, others })
  return { positives: take(lists['positives'] ?? []), negatives: take(lists['negatives'] ?? []) }
}

test.each(losses)('%s: products computed again are those that were kept', (_, loss) => {
  const kept = pairs.pairLoss(loss, batch, { gradients: true, budget: 1e9 })
  const streamed = pairs.pairLoss(loss, batch, { gradients: true, budget: 0 })
  expect(streamed.loss).toBe(kept.loss)
  expect(streamed.gradients).toEqual(kept.gradients)
})

test.each(losses.filter(([name]) => name !== 'triplet' && name !== 'circlePooled'))(
  '%s: blocks of anchors are the pairs one by one',
  (_, loss) => {
    const blocks = pairs.pairLoss(loss, batch, { gradients: true })
    const single = pairs.pairLoss(loss, { ...batch, pairs: listed() }, { gradients: true })
    expect(Math.abs(single.loss / blocks.loss - 1)).toBeLessThan(1e-12)
    expect(single.counts).toEqual(blocks.counts)
    const { embeddings = [] } = blocks.gradients
    expect(gap(single.gradients.embeddings ?? [], embeddings)).toBeLessThan(1e-11)
  },
)

test.each(losses)('%s: the order of the samples does not matter', (_, loss) => {
  const order = Array.from({ length: rows }, (_, row) => (row * 171 + 7) % rows)
  const moved = {
    dimension,
    labels: order.map((row) => batch.labels[row] as number),
    embeddings: Float64Array.from(
      order.flatMap((row) => [
        ...batch.embeddings.subarray(row * dimension, (row + 1) * dimension),
      ]),
    ),
  }
  const first = pairs.pairLoss(loss, batch, { gradients: true })
  const second = pairs.pairLoss(loss, moved, { gradients: true })
  expect(Math.abs(second.loss / first.loss - 1)).toBeLessThan(1e-12)
  const back = new Float64Array(rows * dimension)
  order.forEach((row, at) => {
    const own = second.gradients.embeddings?.subarray(at * dimension, (at + 1) * dimension) ?? []
    back.set(own, row * dimension)
  })
  expect(gap(back, first.gradients.embeddings ?? [])).toBeLessThan(1e-11)
})

test.each(losses.filter(([name]) => name !== 'raw contrastive'))(
  '%s: lengths do not matter where the loss normalises, and gradients shrink with them',
  (_, loss) => {
    const factors = even(random, rows, 0.5, 20)
    const factor = (at: number): number => factors[Math.floor(at / dimension)] as number
    const scaled = batch.embeddings.map((value, at) => value * factor(at))
    const first = pairs.pairLoss(loss, batch, { gradients: true })
    const second = pairs.pairLoss(loss, { ...batch, embeddings: scaled }, { gradients: true })
    expect(Math.abs(second.loss / first.loss - 1)).toBeLessThan(1e-11)
    const back = second.gradients.embeddings?.map((value, at) => value * factor(at)) ?? []
    expect(gap(back, first.gradients.embeddings ?? [])).toBeLessThan(1e-9)
  },
)

test('float32 in, float32 out, and one rounding', () => {
  for (const [, loss] of losses) {
    const embeddings = Float32Array.from(batch.embeddings)
    const single = pairs.pairLoss(loss, { ...batch, embeddings }, { gradients: true })
    const double = pairs.pairLoss(
      loss,
      { ...batch, embeddings: Float64Array.from(embeddings) },
      { gradients: true },
    )
    expect(single.loss).toBe(double.loss)
    expect(single.gradients.embeddings).toEqual(
      Float32Array.from(double.gradients.embeddings ?? []),
    )
  }
})
