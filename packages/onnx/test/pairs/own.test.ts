/** Pair losses that core does not have. */
import { definePairLoss, type PairLossDefinition } from '@arcmargin/core/pairs'
import { expect, test } from 'vitest'
import { pairProblem } from '../../../core/test/support/pairs.js'
import { exportPairLoss } from '../../src/pairs/index.js'
import { byGraph, compare } from './support.js'

const own = (definition: Pick<PairLossDefinition, 'over'> & Partial<PairLossDefinition>) =>
  definePairLoss({
    name: 'Own',
    citation: 'an experiment',
    parameters: { m: { default: 0.3 }, k: { default: 1.5 } },
    positive: 'k * theta',
    negative: 'k * (theta - m)',
    ...definition,
  })

const batch = pairProblem({ label: '', loss: own({ over: 'pairs' })() }, 6)
const classes = 1 + Math.max(...Array.from(batch.labels ?? []))
const table = Float64Array.from({ length: classes }, (_, label) => 1 + 0.25 * label)

/** The positive with the negative is a pair of its own, whose score has the parameters of the anchor. */
test('over triplets that are swapped: gradients by what the scores are made of', async () => {
  const swapped = own({ over: 'triplets', term: 'softplus(positive - min(negative, swapped))' })
  await compare(swapped(), batch, { m: 0.3, k: 1.5 })
  await compare(swapped({ k: 'perClass' }), batch, { m: 0.3, k: table })
})

test.each(['pairs', 'positives', 'anchors', 'batch'] as const)(
  'over %s of the first two samples of each class, one of which has a single sample',
  async (over) => {
    const term =
      over === 'positives' ? 'softplus(negatives - positive)' : 'negativeSum / positiveSum^2'
    const first = own({ over, pairing: 'firstOfClass', ...(over === 'pairs' ? {} : { term }) })
    const labels = [1, 2, 2, 1, 0, 2, 1]
    const embeddings = batch.embeddings.slice(0, labels.length * batch.dimension)
    const few = { embeddings, labels, dimension: batch.dimension }
    await compare(first(), few, { m: 0.3, k: 1.5 })
  },
)

test('over a batch of which every row is ignored: all gradients are 0', async () => {
  const pooled = own({ over: 'batch', term: 'softplus(positives + negatives) * m' })
  const labels = Array.from(batch.labels ?? [], () => -1)
  const found = await byGraph(pooled(), { ...batch, labels }, { m: 0.3, k: 1.5 })
  const values = Object.values(found).flatMap((all) => Array.from(all, Math.abs))
  expect(Math.max(...values)).toBe(0)
})

test('named negatives of a loss that has no use for them', async () => {
  const attraction = own({ over: 'pairs', negative: undefined as never })()
  const list = { anchors: [0, 1], others: [2, 3] }
  await compare(attraction, { ...batch, pairs: { positives: list, negatives: list } }, { k: 1.5 })
})

test('named triplets in both directions are refused', () => {
  const mutual = own({ over: 'triplets', term: 'positive - negative', symmetric: true })
  const options = { dimension: 3, others: true, triplets: true }
  expect(() => exportPairLoss(mutual(), options)).toThrow('triplets does not go with Own')
})
