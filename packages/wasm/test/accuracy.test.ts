import { arcFace } from '@arcmargin/core'
import * as core from '@arcmargin/core/head'
import { expect, it } from 'vitest'
import { marginLoss } from '../src/index.js'
import { asDouble, randomBatch, relativeError, trainedBatch } from './support/data.js'

const size = { rows: 64, dimension: 512, classes: 2000 }

it.each([
  ['random', 'random'],
  ['trained, spread 0.9', 0.9],
  ['trained, spread 0.6', 0.6],
  ['trained, spread 0.4', 0.4],
  ['trained, spread 0.2', 0.2],
] as const)('%s: gradients to 2e-6 of float64', (_, spread) => {
  const batch = spread === 'random' ? randomBatch(1, size) : trainedBatch(1, size, spread)
  const loss = arcFace()
  const found = marginLoss(loss, batch, { gradients: true })
  const expected = core.marginLoss(loss, asDouble(batch), { gradients: true })
  const dx = relativeError(found.gradients.embeddings, expected.gradients.embeddings)
  const dw = relativeError(found.gradients.classWeights, expected.gradients.classWeights)
  console.info(
    `loss ${expected.loss.toExponential(1)} dx ${dx.toExponential(1)} dW ${dw.toExponential(1)}`,
  )
  expect(dx).toBeLessThan(2e-6)
  expect(dw).toBeLessThan(2e-6)
})
