import { arcFace } from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'
import { describe, expect, it } from 'vitest'
import { backends } from '../src/backends/all.js'
import { hardest, toleranceOf } from '../src/rounding.js'
import type { VectorCase, VectorFile } from '../src/schema.js'
import { runFile } from '../src/suite.js'

const [coreF64] = backends
const tolerance = { logits: 1e-12, loss: 1e-12, gradients: 1e-12 }

/** A case of CosFace, whose numbers are easy to write down: one sample at 90° from both classes. */
const right: VectorCase = {
  name: 'right',
  params: { s: 2, m: 0.5 },
  D: 3,
  x: [[0, 0, 1]],
  W: [
    [1, 0, 0],
    [0, 1, 0],
  ],
  labels: [0],
  logits: [[-1, 0]],
  loss: Math.log1p(Math.E),
  grad_x: [[-2, 2, 0].map((value) => (value * Math.E) / (1 + Math.E))],
  grad_W: [
    [0, 0, (-2 * Math.E) / (1 + Math.E)],
    [0, 0, (2 * Math.E) / (1 + Math.E)],
  ],
}

const file = (cases: readonly VectorCase[]): VectorFile => ({
  schema: 'margin-golden/1',
  loss: 'cosface',
  cases,
})

describe('a file of vectors', () => {
  it('names each case that fails, with its errors', async () => {
    const wrong = { ...right, name: 'wrong', loss: right.loss + 0.5 }
    const refused = { ...right, name: 'refused', params: { s: -1, m: 0.5 } }
    const outcome = await runFile(
      coreF64 as (typeof backends)[number],
      file([right, wrong, refused]),
    )
    expect(outcome).toMatchObject({ cases: 3, passed: false })
    expect('failures' in outcome && outcome.failures).toEqual([
      'wrong: loss 2.8e-1 > 1.0e-12',
      expect.stringContaining('refused: scale is out of range'),
    ])
  })
})

describe('what the reference rounds', () => {
  it('is wider near 0 and for large logits, but not where directions are equal', () => {
    expect(toleranceOf(tolerance, right)).toMatchObject(tolerance)
    expect(toleranceOf(tolerance, { ...right, logits: [[128, 0]] }).gradients).toBe(2e-12)
    const near = toleranceOf(tolerance, { ...right, x: [[1, 1e-4, 0]] })
    expect(near.gradients / ((4 * Number.EPSILON) / 1e-8)).toBeCloseTo(1, 6)
    expect(toleranceOf(tolerance, { ...right, x: [[3, 0, 0]] })).toMatchObject(tolerance)
  })

  it('is 1 - p of the hardest sample, as the loss says it', () => {
    const batch = {
      embeddings: Float64Array.of(1, 0.1, 0, 1, 0.3, 0),
      classWeights: Float64Array.of(1, 0, 0, 0, 1, 0),
      labels: [0, 0],
      dimension: 3,
    }
    const { losses, logits } = marginLoss(arcFace({ scale: 16 }), batch, { logits: true })
    const expected = 1 - Math.exp(-Math.max(...losses))
    expect(hardest(logits as Float64Array, [0, 0]) / expected).toBeCloseTo(1, 9)
    expect(hardest(Float64Array.of(5, 0), [-1])).toBe(Number.EPSILON)
  })
})
