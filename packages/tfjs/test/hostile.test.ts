import { type Loss, lossFromJson, proxyNcaOriginal } from '@arcmargin/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { adversarial } from '../../core/test/support/adversarial.js'
import { lossCases } from '../../core/test/support/losses.js'
import { generator } from '../../core/test/support/random.js'
import { marginLoss } from '../src/index.js'

beforeAll(() => tf.setBackend('cpu'))

/** The loss with another scale, where it has one; a bias that is computed from the scale allows no such choice. */
const scaled = (loss: Loss, scale: number): Loss =>
  typeof loss.parameters['scale'] === 'number' && !('bias' in loss.definition.parameters)
    ? lossFromJson(JSON.stringify({ ...loss, parameters: { ...loss.parameters, scale } }))
    : loss

const plain = lossCases.filter(({ loss }) =>
  Object.values(loss.parameters).every((value) => typeof value === 'number'),
)

it.each(plain)('$label is finite on collinear, opposite, zero and extreme rows', (which) => {
  fc.assert(
    fc.property(adversarial(which.loss, which.subCenters), ({ batch, classes, scale, seed }) => {
      const { dimension, subCenters, labels } = batch
      const x = tf.tensor2d(batch.embeddings, [labels.length, dimension])
      const w = tf.tensor3d(batch.classWeights, [classes, subCenters, dimension])
      const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
        marginLoss(scaled(which.loss, scale), a, b, labels, {
          random: generator(seed),
          blockSize: 2,
        }),
      )([x, w])
      const numbers = [value, ...grads].flatMap((tensor) => Array.from(tensor.dataSync()))
      tf.dispose([x, w, value, grads])
      expect(numbers.filter((number) => !Number.isFinite(number))).toEqual([])
    }),
    { numRuns: 25, seed: 1 },
  )
})

it('a class alone pulls nothing, where the denominator leaves the target out', () => {
  const x = tf.tensor2d([
    [1, 2, 3],
    [-1, 0.5, 2],
  ])
  const w = tf.tensor2d([[-46, 11, -17]])
  const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
    marginLoss(proxyNcaOriginal(), a, b, [0, 0]),
  )([x, w])
  const numbers = [value, ...grads].flatMap((tensor) => Array.from(tensor.dataSync(), Math.abs))
  expect(numbers).toEqual(new Array(10).fill(0))
  tf.dispose([x, w, value, grads])
})

it.each(plain.filter(({ loss }) => loss.definition.reduction !== 'classwise'))(
  '$label stays NaN where an embedding is',
  (which) => {
    const x = tf.tensor2d([
      [1, 2, 3],
      [1, Number.NaN, 0],
    ])
    const w = tf.randomNormal([4, which.subCenters ?? 1, 3], 0, 1, 'float32', 2)
    const loss = marginLoss(which.loss, x, w, [0, 3], { random: generator(1) })
    expect(loss.dataSync()[0]).toBeNaN()
    tf.dispose([x, w, loss])
  },
)
