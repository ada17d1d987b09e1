import { describe, expect, test } from 'vitest'
import { type HeadBatch, marginLoss } from '../../src/head/index.js'
import { defineLoss } from '../../src/index.js'

const [s, m] = [16, 0.3]

/** LiArcFace: every logit is linear in its angle, so that every slope is -2s/π, at θ = 0 too. */
const airFace = defineLoss({
  name: 'AirFace',
  citation: 'Li et al., AirFace, ICCVW 2019, arXiv:1907.12256',
  parameters: { m: { default: m }, s: { default: s } },
  target: 's * (pi - 2 * (theta + m)) / pi',
  other: 's * (pi - 2 * theta) / pi',
})()

/** |x| = 2 in the plane of the axes 0 and 1, at `angle` from the wrong class (axis 0); its own class is axis 2. */
const batchAt = (angle: number, sign: 1 | -1): HeadBatch => ({
  embeddings: Float64Array.of(2 * Math.cos(angle) * sign, 2 * Math.sin(angle), 0),
  classWeights: Float64Array.of(0, 0, 3, 0.5, 0, 0),
  labels: [0],
  dimension: 3,
})

/** From the formula, with θ_0 = π/2: p is the wrong class's probability, and both angles move with slope -2s/π. */
const expected = (angle: number, sign: 1 | -1): { x: number[]; w: number[] } => {
  const other = sign === 1 ? angle : Math.PI - angle
  const lead = (s * (Math.PI - 2 * other) - s * (Math.PI - 2 * (Math.PI / 2 + m))) / Math.PI
  const pull = (1 / (1 + Math.exp(-lead))) * ((-2 * s) / Math.PI)
  // dθ/dx = -(unit tangent at x towards w)/|x|, dθ/dw = -(unit tangent at w towards x)/|w|.
  const along = [Math.sin(angle), -sign * Math.cos(angle)] as const
  return {
    x: [(-pull * along[0]) / 2, (-pull * along[1]) / 2, pull / 2],
    w: [0, (-pull * 1) / 0.5, 0],
  }
}

const error = (found: ArrayLike<number>, wanted: readonly number[]): number =>
  Math.max(...wanted.map((value, d) => Math.abs((found[d] as number) - value))) /
  Math.hypot(...wanted)

describe('a non-target whose logit is linear in the angle, near a collinear embedding', () => {
  const angles = [0.3, 0.06, 0.049, 0.0447, 0.01, 1e-3, 1e-4, 1e-6, 1e-9, 1e-12]
  const cases = angles.flatMap((angle) => [[angle, 1] as const, [angle, -1] as const])
  test.each(cases)('at %d, sign %d', (angle, sign) => {
    const { gradients } = marginLoss(airFace, batchAt(angle, sign), { gradients: true })
    const { x, w } = expected(angle, sign)
    // Unit vectors are rounded to 1e-16, so that directions below have that much over the angle.
    const allowed = Math.max(1e-13, 4e-16 / angle)
    expect(error(gradients.embeddings ?? [], x)).toBeLessThan(allowed)
    expect(error(gradients.classWeights?.subarray(3) ?? [], w)).toBeLessThan(allowed)
  })

  test.each([1, -1] as const)(
    'at no angle at all, sign %d: its pull has no direction, the target keeps its own',
    (sign) => {
      const { gradients, loss } = marginLoss(airFace, batchAt(0, sign), { gradients: true })
      const { x } = expected(0, sign)
      expect(Number.isFinite(loss)).toBe(true)
      expect(error(gradients.embeddings ?? [], [0, 0, x[2] as number])).toBeLessThan(1e-14)
      expect(Array.from(gradients.classWeights?.subarray(3) ?? [], Math.abs)).toEqual([0, 0, 0])
    },
  )
})

/** -log(1 - cosθ) repels without bound: infinite where the cosine is 1, as it is at the target of a learnt sample. */
const repelling = defineLoss({
  name: 'Repelling',
  citation: '',
  parameters: { s: { default: 4 } },
  where: { pull: '-s * log(1 - cosTheta)' },
  target: 's * cosTheta',
  other: 'pull',
})()

test('what the other formula would be at the target itself goes nowhere, infinite as it is', () => {
  const batch = {
    embeddings: Float64Array.of(2, 0, 0, 0.6, 0.8, 0),
    classWeights: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 3, 0),
    labels: [0, 1],
    dimension: 3,
  }
  const result = marginLoss(repelling, batch, {
    gradients: { embeddings: true, classWeights: true, parameters: ['s'] },
    logits: true,
  })
  const { embeddings, classWeights, parameters } = result.gradients
  const numbers = [
    result.loss,
    ...result.losses,
    ...(result.logits ?? []),
    parameters['s'] as number,
    ...(embeddings ?? []),
    ...(classWeights ?? []),
  ]
  expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([])
  // Row 0 sees its others at right angles, where the logit is 0: log(1 + 2e^-4).
  expect(result.losses[0]).toBeCloseTo(Math.log1p(2 * Math.exp(-4)), 14)
})
