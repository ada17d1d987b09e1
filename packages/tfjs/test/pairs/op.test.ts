import {
  center,
  contrastive,
  nca,
  type PairLoss,
  supCon,
  tripletMargin,
} from '@arcmargin/core/pairs'
import '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { pairLoss } from '../../src/pairs/index.js'

beforeAll(() => tf.setBackend('cpu'))

const numbers = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())

it('trains what made the embeddings, and leaves no tensor behind', () => {
  const x = tf.randomNormal([12, 5], 0, 1, 'float32', 3)
  const labels = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
  const kernel = tf.variable(tf.randomNormal([5, 4], 0, 1, 'float32', 4) as tf.Tensor2D)
  const optimizer = new tf.SGDOptimizer(0.05)
  const step = () =>
    optimizer.minimize(() => pairLoss(supCon(), tf.matMul(x as tf.Tensor2D, kernel), labels), true)
  const first = step()
  const before = tf.memory().numTensors
  for (let i = 0; i < 60; i++) step()?.dispose()
  expect(tf.memory().numTensors).toBe(before)
  const last = step()
  expect(last?.dataSync()[0]).toBeLessThan((first?.dataSync()[0] as number) * 0.8)
  tf.dispose([x, kernel, first as tf.Tensor, last as tf.Tensor])
  optimizer.dispose()
})

it('has gradient 0, and no NaN, at equal, opposite and zero vectors', () => {
  const x = tf.tensor2d([
    [1, 2],
    [1, 2],
    [-1, -2],
    [0, 0],
    [2, 4],
  ])
  const labels = [0, 0, 1, 1, 0]
  const losses: PairLoss[] = [
    contrastive({ negativeMargin: 3 }),
    tripletMargin({ margin: 3 }),
    supCon(),
    nca(),
  ]
  for (const loss of [...losses, contrastive({ measure: 'euclidean' })]) {
    const gradient = numbers(tf.grad((given: tf.Tensor) => pairLoss(loss, given, labels))(x))
    expect(gradient.every(Number.isFinite)).toBe(true)
  }
  const equal = tf.grad((given: tf.Tensor) => pairLoss(contrastive(), given, [0, 0, -1, -1, 0]))(x)
  expect(Math.max(...numbers(equal).map(Math.abs))).toBeLessThan(1e-6)
})

describe('what has nothing to compare is 0, and so is its gradient', () => {
  const x = tf.tensor2d([
    [1, 2],
    [3, -1],
  ])
  it.each<[string, PairLoss, number[]]>([
    ['no positives', supCon(), [0, 1]],
    ['no triplets', tripletMargin(), [0, 0]],
    ['all ignored', contrastive(), [-1, -1]],
    ['not both kinds', supCon(), [0, 0]],
  ])('%s', (_, loss, labels) => {
    const { value, grad } = tf.valueAndGrad((given: tf.Tensor) => pairLoss(loss, given, labels))(x)
    expect(numbers(value)).toEqual([0])
    expect(numbers(grad).map(Math.abs)).toEqual([0, 0, 0, 0])
  })
})

describe('errors come before any tensor', () => {
  const x = tf.ones([2, 3])
  it.each<[string, () => unknown, string]>([
    ['a rank', () => pairLoss(supCon(), tf.ones([3]), [0]), 'embeddings has the shape [3]'],
    ['no labels', () => pairLoss(supCon(), x), 'labels are needed'],
    ['labels of another length', () => pairLoss(supCon(), x, [0]), 'labels has 1 values'],
    ['a label', () => pairLoss(supCon(), x, [0, 0.5]), 'labels[1] is not a label (got 0.5)'],
    [
      'an option',
      () => pairLoss(supCon(), x, [0, 0], { margin: 1 } as object),
      'margin is not an option',
    ],
    [
      'a reduction',
      () => pairLoss(supCon(), x, [0, 0], { reduction: 'avg' as 'sum' }),
      'reduction is unknown',
    ],
    ['a block', () => pairLoss(supCon(), x, [0, 0], { blockSize: 0 }), 'blockSize is out of range'],
    [
      'another dimension',
      () => pairLoss(center(), x, [0, 0], { others: { embeddings: tf.ones([2, 2]) } }),
      'others.embeddings has the shape [2,2]',
    ],
    [
      'a parameter',
      () => pairLoss(supCon(), x, [0, 0], { parameters: { temperature: -1 } }),
      'temperature is out of range (got -1)',
    ],
    [
      'a parameter of another size',
      () => pairLoss(supCon(), x, [0, 0], { parameters: { temperature: tf.ones([2]) } }),
      'parameters.temperature has 2 values',
    ],
    [
      'triplets for pairs',
      () =>
        pairLoss(supCon(), x, [0, 0], { triplets: { anchors: [], positives: [], negatives: [] } }),
      'triplets does not go with SupCon',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})
