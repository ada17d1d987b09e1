import { describe, expect, test } from 'vitest'
import type { Parameter } from '../src/net/parameter.js'
import { adamW, gradientNorm } from '../src/optimizer.js'
import { learningRate } from '../src/schedule.js'

const parameter = (value: number, gradient: number): Parameter => ({
  value: Float32Array.of(value),
  gradient: Float32Array.of(gradient),
})

describe('AdamW', () => {
  test('takes a first step of one learning rate, and decays apart from it', () => {
    const p = parameter(1, 0.5)
    adamW([p], { weightDecay: 0.01, clip: 5 }).step(0.1)
    // 1 · (1 - 0.1 · 0.01) - 0.1 · 0.5/√0.25
    expect(p.value[0]).toBeCloseTo(0.899, 6)
  })

  test('follows the hand-computed second step, gradients clipped together', () => {
    const [a, b] = [parameter(0, 6), parameter(0, 8)]
    const optimizer = adamW([a, b], { weightDecay: 0, clip: 5 })
    // Norm 10 is clipped to 5: (3, 4).
    optimizer.step(0.1)
    expect(a.value[0]).toBeCloseTo(-0.1, 6)
    a.gradient[0] = 0.3
    b.gradient[0] = 0.4
    optimizer.step(0.1)
    // m = 0.9·0.3 + 0.1·0.3 = 0.3, m̂ = 0.3/0.19; v = 0.999·0.009 + 0.001·0.09 = 0.009081, v̂ = v/0.001999
    const direction = 0.3 / 0.19 / Math.sqrt(0.009081 / 0.001999)
    expect(a.value[0]).toBeCloseTo(-0.1 - 0.1 * direction, 5)
    expect(direction).toBeCloseTo(0.74081, 4)
  })

  test('measures the norm over all parameters', () => {
    expect(gradientNorm([parameter(0, 3), parameter(0, 4), parameter(0, 12)])).toBe(13)
  })
})

describe('the learning rate', () => {
  test('warms up over 5 % of the steps and ends near 0', () => {
    const steps = 400
    expect(learningRate(4e-3, 0, steps)).toBeCloseTo(2e-4, 10)
    expect(learningRate(4e-3, 19, steps)).toBeCloseTo(4e-3, 10)
    expect(learningRate(4e-3, 20, steps)).toBeCloseTo(4e-3, 10)
    expect(learningRate(4e-3, 210, steps)).toBeCloseTo(2e-3, 10)
    expect(learningRate(4e-3, 399, steps)).toBeLessThan(1e-6)
  })
})
