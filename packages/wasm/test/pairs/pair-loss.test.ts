import { arcFace, ParameterError } from '@arcmargin/core'
import * as core from '@arcmargin/core/pairs'
import { expect, it } from 'vitest'
import { pairCases, pairProblem } from '../../../core/test/support/pairs.js'
import { bell, generator, someLabels } from '../../../core/test/support/random.js'
import { center, combinedLoss, contrastive, pairLoss, supCon } from '../../src/pairs/index.js'

const options = { gradients: true, elements: true } as const

/** Largest difference beside the largest entry. */
const gap = (found: ArrayLike<number> = [], expected: ArrayLike<number> = []): number => {
  const largest = Math.max(1e-12, ...Array.from(expected, Math.abs))
  const differences = Array.from(expected, (value, at) => Math.abs((found[at] as number) - value))
  return Math.max(0, ...differences) / largest
}

it.each(pairCases.map((one) => [one.label, one] as const))('%s is core', (_, one) => {
  const batch = pairProblem(one, 5)
  const [found, expected] = [pairLoss, core.pairLoss].map((run) => run(one.loss, batch, options))
  expect(found?.loss).toBeCloseTo(expected?.loss as number, 12)
  expect(found?.counts).toEqual(expected?.counts)
  expect(gap(found?.gradients.embeddings, expected?.gradients.embeddings)).toBeLessThan(1e-11)
  expect(gap(found?.gradients.others, expected?.gradients.others)).toBeLessThan(1e-11)
})

const random = generator(4)
const [rows, dimension] = [500, 21]
const large = {
  embeddings: bell(random, rows * dimension),
  labels: someLabels(random, rows, 60),
  dimension,
}

it.each([supCon(), contrastive({ measure: 'euclidean' })])(
  '$definition.name over several blocks of anchors is core, products kept or not',
  (loss) => {
    const expected = core.pairLoss(loss, large, { gradients: true })
    for (const budget of [0, 1e9]) {
      const found = pairLoss(loss, large, { gradients: true, budget })
      expect(found.loss).toBeCloseTo(expected.loss, 11)
      expect(gap(found.gradients.embeddings, expected.gradients.embeddings)).toBeLessThan(1e-11)
    }
  },
)

it('ArcFace + 0.003·center in float32 is the combination of core', () => {
  const single = (count: number): Float32Array => Float32Array.from(bell(random, count))
  const both = {
    arcFace: { loss: arcFace({ scale: 8 }) },
    center: { loss: center(), weight: 0.003 },
  }
  const batch = {
    embeddings: single(6 * 4),
    classWeights: single(5 * 4),
    labels: [0, 1, 2, 4, -1, 1],
    dimension: 4,
    others: { center: { embeddings: single(5 * 4) } },
  }
  const found = combinedLoss(both, batch)
  const expected = core.combinedLoss(both, batch)
  expect(found.loss).toBeCloseTo(expected.loss, 5)
  expect(gap(found.gradients.embeddings, expected.gradients.embeddings)).toBeLessThan(3e-6)
  expect(gap(found.gradients.classWeights, expected.gradients.classWeights)).toBeLessThan(3e-6)
  expect(gap(found.gradients.others['center'], expected.gradients.others['center'])).toBe(0)
})

it('refuses what core refuses', () => {
  expect(() => pairLoss(supCon(), { ...large, dimension: 0 })).toThrow(ParameterError)
})
