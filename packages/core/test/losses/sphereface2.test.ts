import { describe, expect, test } from 'vitest'
import { marginLoss, scalarParameters } from '../../src/head/index.js'
import { sphereFace2 } from '../../src/index.js'

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

describe('the bias starts where all cosines 0 have the smallest loss', () => {
  test.each([1, 2, 3, 4, 10, 1000])('%d classes, at any scale', (classes) => {
    for (const scale of [1, 10, 40, 50, 64, 100, 300]) {
      const loss = sphereFace2({ scale })
      const { bias, alpha, margin } = scalarParameters(loss, classes) as Record<
        'bias' | 'alpha' | 'margin',
        number
      >
      const logit = scale * (2 * 0.5 ** 3 - 1) + bias
      const attract = alpha * sigmoid(scale * margin - logit)
      const repel = (1 - alpha) * Math.max(classes - 1, 1) * sigmoid(logit + scale * margin)
      expect(Math.abs(attract / repel - 1)).toBeLessThan(1e-9)
    }
  })

  test('the gradient by the bias is then 0', () => {
    const batch = {
      embeddings: Float64Array.of(0, 0, 1),
      classWeights: Float64Array.of(1, 0, 0, 0, 1, 0),
      labels: [0],
      dimension: 3,
    }
    const loss = sphereFace2({ scale: 64 })
    const { gradients } = marginLoss(loss, batch, { gradients: { parameters: ['bias'] } })
    expect(Math.abs(gradients.parameters['bias'] as number)).toBeLessThan(1e-9)
  })
})
