import * as core from '@arcmargin/core/pairs'
import { expect, it, test } from 'vitest'
import { pairCases, pairProblem } from '../../../core/test/support/pairs.js'
import { bell, generator } from '../../../core/test/support/random.js'
import { byGraph, compare } from './support.js'

it.each(pairCases.map((one) => [one.label, one] as const))('%s is core', async (_, one) => {
  const parameters = one.loss.parameters as Readonly<Record<string, number>>
  await compare(one.loss, pairProblem(one, 6), parameters)
  await compare(one.loss, pairProblem(one, 7), {}, { reduction: 'sum', blockSize: 20 })
})

test('chosen pairs, a pair named twice counts twice', async () => {
  const twice = { anchors: [0, 0, 4], others: [2, 2, 1] }
  const pairs = { positives: twice, negatives: { anchors: [3, 0, 5], others: [0, 1, 8] } }
  const batch = { ...pairProblem({ label: '', loss: core.supCon() }, 8), pairs }
  for (const loss of [core.contrastive(), core.supCon(), core.ntXent(), core.multiSimilarity()]) {
    await compare(loss, batch)
  }
})

test('chosen triplets, a memory that knows the anchors, views, and a table of boundaries', async () => {
  const batch = pairProblem({ label: '', loss: core.supCon() }, 8)
  const triplets = core.mineSemiHard(batch, 0.7)
  await compare(core.tripletMargin({ margin: 0.7 }), { ...batch, triplets })
  const self = [0, -1, 1, 2, 3, -1, -1, -1, 4]
  const others = { embeddings: bell(generator(5), 5 * 3), labels: [0, 1, 2, 0, 1], self }
  await compare(core.tripletMargin({ margin: 0.5, mining: 'hard' }), { ...batch, others })
  const embeddings = bell(generator(3), 4 * 2 * 3)
  const views = core.supConViews({ temperature: 0.5 })
  await compare(views, { embeddings, dimension: 3, views: 2 })
  const beta = Float64Array.from(Float32Array.from([1.2, 0.7, 1, 1.1]))
  await compare(core.marginBeta({ beta: 'perClass' }), batch, { beta })
  await compare(core.marginBeta({ beta: 'perClass' }), { ...batch, triplets }, { beta })
})

test.each<[string, core.PairLoss, number[]]>([
  ['no positives', core.supCon(), [0, 1, 2]],
  ['no triplets', core.tripletMargin(), [0, 0, 0]],
  ['all ignored', core.contrastive(), [-1, -1, -1]],
  ['not both kinds', core.supCon(), [0, 0, 0]],
])('%s: loss and gradient are 0', async (_, loss, labels) => {
  const found = await byGraph(loss, { embeddings: bell(generator(1), 9), labels, dimension: 3 })
  expect(Array.from(found['loss'] ?? [])).toEqual([0])
  expect(Array.from(found['embeddings.gradient'] ?? [], Math.abs)).toEqual(Array(9).fill(0))
})

test('equal, opposite and zero vectors have finite gradients; equal ones do not pull', async () => {
  const embeddings = Float32Array.from([1, 2, 1, 2, -1, -2, 0, 0, 2, 4])
  const losses = [
    core.contrastive({ negativeMargin: 3 }),
    core.tripletMargin({ margin: 3 }),
    core.supCon(),
    core.contrastive({ measure: 'euclidean' }),
  ]
  for (const loss of losses) {
    const found = await byGraph(loss, { embeddings, labels: [0, 0, 1, 1, 0], dimension: 2 })
    expect(Array.from(found['embeddings.gradient'] ?? []).every(Number.isFinite)).toBe(true)
  }
  const labels = [0, 0, -1, -1, 0]
  const found = await byGraph(core.contrastive(), { embeddings, labels, dimension: 2 })
  expect(Math.max(...Array.from(found['embeddings.gradient'] ?? [], Math.abs))).toBeLessThan(1e-6)
})
