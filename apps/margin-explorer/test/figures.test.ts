import { arcFace, cosFace, normFace, sphereFaceR } from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'
import { describe, expect, it } from 'vitest'
import { boundaryOf, reachOf } from '../src/model/boundary.js'
import { anglesTo, curveOf, degrees, radiansOf } from '../src/model/curve.js'
import { paperLosses } from '../src/model/losses.js'
import { initialSettings } from '../src/model/settings.js'

const theta = anglesTo(181)
const { scale } = initialSettings

/** The closed forms of the paper's fig. 4b below π. */
const papers: Readonly<Record<string, (angle: number) => number>> = {
  softmax: (t) => scale * Math.cos(t),
  arcface: (t) => scale * Math.cos(t + 0.5),
  cosface: (t) => scale * (Math.cos(t) - 0.35),
  combined: (t) => scale * (Math.cos(0.9 * t + 0.4) - 0.15),
  sphereface: (t) => scale * Math.cos(1.35 * t),
}

describe('figure 4b', () => {
  it.each(paperLosses(initialSettings))('draws $title as the paper has it', ({ key, loss }) => {
    const formula = papers[key] as (angle: number) => number
    const { target } = curveOf(loss, theta)
    for (const [i, angle] of theta.entries()) {
      if (angle < radiansOf(130)) expect(target[i]).toBeCloseTo(formula(angle), 11)
    }
  })

  it.each(paperLosses(initialSettings))('draws the logit of $title that the head uses', (shown) => {
    for (const angle of [0.2, 1, 2, 2.9]) {
      // Two classes, the other at a right angle in a third dimension: loss = log(1 + e^-T).
      const { loss } = marginLoss(shown.loss, {
        embeddings: Float64Array.of(Math.cos(angle), Math.sin(angle), 0),
        classWeights: Float64Array.of(1, 0, 0, 0, 0, 1),
        labels: [0],
        dimension: 3,
      })
      const target = curveOf(shown.loss, Float64Array.of(angle)).target[0] as number
      const expected = Math.max(-target, 0) + Math.log1p(Math.exp(-Math.abs(target)))
      expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-9)
    }
  })

  it.each(paperLosses(initialSettings))('draws the slope of $title', ({ loss }) => {
    const h = 1e-5
    const inner = theta.slice(1, -1).map((angle) => angle + 1e-3)
    const { slope } = curveOf(loss, inner)
    const after = curveOf(
      loss,
      inner.map((angle) => angle + h),
    ).target
    const before = curveOf(
      loss,
      inner.map((angle) => angle - h),
    ).target
    for (const [i, value] of slope.entries()) {
      const difference = ((after[i] as number) - (before[i] as number)) / (2 * h)
      // At a kink a difference is none of the two slopes; none of the angles lies on one.
      expect(Math.abs(value - difference)).toBeLessThan(1e-6 * scale)
    }
  })
})

describe('figure 5', () => {
  it.each(paperLosses(initialSettings))('solves T(θ₁) = N(θ₂) for $title', ({ loss }) => {
    const { target } = curveOf(loss, theta)
    const boundary = boundaryOf(loss, theta)
    for (const [i, other] of boundary.entries()) {
      const goal = target[i] as number
      if (Number.isNaN(other)) expect(goal).toBeLessThan(-scale)
      else if (other === 0) expect(goal).toBeGreaterThanOrEqual(scale)
      else expect(scale * Math.cos(other)).toBeCloseTo(goal, 6)
    }
  })

  it('has the straight margins of the paper: none, a factor, a sum', () => {
    const at = Float64Array.of(0.4, 0.9, 1.5)
    const closeTo = (found: Float64Array, expected: (angle: number) => number): void => {
      for (const [i, angle] of at.entries()) expect(found[i]).toBeCloseTo(expected(angle), 7)
    }
    closeTo(boundaryOf(normFace({ scale }), at), (angle) => angle)
    closeTo(boundaryOf(sphereFaceR({ margin: 1.5, scale }), at), (angle) => 1.5 * angle)
    closeTo(boundaryOf(arcFace({ margin: 0.5, scale }), at), (angle) => angle + 0.5)
    closeTo(boundaryOf(cosFace({ margin: 0.35, scale }), at), (angle) =>
      Math.acos(Math.cos(angle) - 0.35),
    )
  })

  it('says how close a sample must come', () => {
    expect(degrees(reachOf(arcFace({ margin: 0.5 }), Math.PI / 2))).toBeCloseTo(
      90 - degrees(0.5),
      6,
    )
    expect(degrees(reachOf(normFace(), radiansOf(70)))).toBeCloseTo(70, 6)
    expect(reachOf(cosFace({ margin: 0.5 }), 0)).toBeNaN()
  })
})
