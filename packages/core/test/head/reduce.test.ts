import { describe, expect, test } from 'vitest'
import { resolveLoss } from '../../src/backend.js'
import { marginLoss } from '../../src/head/index.js'
import { createReducer } from '../../src/head/reduce.js'
import { lSoftmax, softmax } from '../../src/index.js'

/** Loss, d loss/d target and d loss/d others of one row of logits, the target first. */
const reduceRow = (logits: readonly number[]): { loss: number; factors: number[] } => {
  const reducer = createReducer(resolveLoss(softmax()), 1, logits.length)
  const all = Float64Array.from(logits)
  // Two blocks, so that the running sum has to carry over.
  const [first, second] = [all.subarray(0, 2), all.subarray(2)]
  reducer.add(0, first, first.length, 0, 0)
  reducer.add(0, second, second.length, 2, -1)
  const { losses, targetFactors } = reducer.finish(all.subarray(0, 1), Int32Array.of(0))
  const out = new Float64Array(logits.length)
  reducer.factors(0, all, logits.length, 0, out)
  return { loss: losses[0] as number, factors: [targetFactors[0] as number, ...out.subarray(1)] }
}

describe('cross-entropy of a row of logits', () => {
  test('of three, by hand', () => {
    const { loss, factors } = reduceRow([Math.log(1), Math.log(2), Math.log(5)])
    expect(loss).toBeCloseTo(Math.log(8), 15)
    factors.forEach((factor, at) => {
      expect(factor).toBeCloseTo([-7 / 8, 2 / 8, 5 / 8][at] as number, 15)
    })
  })

  test.each([0, 1e3, -1e3, 1e9, -1e9, 2 ** 60, -(2 ** 60)])(
    'the factors do not depend on what all logits have in common: %d',
    (common) => {
      // Exact sums, for the spacing of doubles near 2^60 is 256.
      const unit = Math.abs(common) < 2 ** 50 ? 1 : 256
      const near = [0, unit, 2 * unit]
      expect(reduceRow(near.map((value) => value + common))).toEqual(reduceRow(near))
    },
  )

  test('a target far below the others leaves them their shares', () => {
    for (const depth of [1e2, 1e6, 1e12, 3.7e18]) {
      const { loss, factors } = reduceRow([-depth, 0, 0, Math.log(2)])
      expect(Math.abs(loss / (depth + Math.log(4)) - 1)).toBeLessThan(1e-15)
      const [target, ...others] = factors
      expect(target).toBe(-1)
      others.forEach((factor, at) => {
        expect(factor).toBeCloseTo([0.25, 0.25, 0.5][at] as number, 15)
      })
    }
  })

  test('a target far above them keeps the digits of their shares', () => {
    const { loss, factors } = reduceRow([600, 0, Math.log(3)])
    // The spacing of doubles near 600 is 1e-13.
    expect(Math.abs(loss / (4 * Math.exp(-600)) - 1)).toBeLessThan(1e-13)
    expect(factors[0]).toBe(-loss)
    expect((factors[2] as number) / (factors[1] as number)).toBeCloseTo(3, 12)
  })
})

// The denominator's logarithm was taken as target + loss, which cancels to hundreds where both are 1e18: exp of them is infinite.
test('L-Softmax with logits of 1e18 has finite gradients', () => {
  const batch = {
    embeddings: Float32Array.of(0, 0, 84132720),
    classWeights: Float32Array.of(0, 0, 477709.46875, 6308111, -25744852, 3265852.5),
    labels: [1],
    dimension: 3,
  }
  const { loss, gradients } = marginLoss(lSoftmax({ margin: 3, scale: 1000 }), batch, {
    gradients: true,
  })
  expect(loss).toBeGreaterThan(1e18)
  const values = [...(gradients.embeddings ?? []), ...(gradients.classWeights ?? [])]
  expect(values.filter((value) => !Number.isFinite(value))).toEqual([])
  // The wrong class is certain: the embedding has to leave it.
  expect(gradients.embeddings?.[2]).toBeGreaterThan(1e9)
})
