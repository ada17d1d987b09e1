import { arcFace, elasticArcFace, proxyAnchor, softTriple } from '@arcmargin/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type MarginLossOptions, marginLoss } from '../src/index.js'

await tf.setBackend('cpu')
const x = tf.ones([2, 3])
const w = tf.ones([4, 3])
const gone = tf.ones([4, 3])
gone.dispose()
const labels = [0, 3]

/** A call by what is wrong in it. */
interface Fault {
  readonly loss?: ReturnType<typeof arcFace>
  readonly x?: tf.Tensor
  readonly w?: tf.Tensor
  readonly labels?: number[] | tf.Tensor
  readonly options?: object
}

const faults: readonly (readonly [string, Fault, string])[] = [
  ['a rank', { x: tf.ones([6]) }, 'embeddings has the shape [6]'],
  ['a dtype', { x: tf.ones([2, 3], 'int32') }, 'embeddings has the wrong dtype (got int32)'],
  ['another dimension', { w: tf.ones([4, 2]) }, 'classWeights has the shape [4,2]'],
  ['a disposed tensor', { w: gone }, 'classWeights is disposed'],
  ['a typed array', { x: new Float32Array(6) as unknown as tf.Tensor }, 'embeddings is no tensor'],
  ['too few labels', { labels: [0] }, 'labels has 1 values'],
  ['a label that is no class', { labels: [0, 4] }, 'labels[1] is not a class (got 4)'],
  ['a label tensor of another size', { labels: tf.tensor1d([0], 'int32') }, 'labels has 1 values'],
  [
    'labels as text',
    { labels: tf.tensor1d(['0', '1']) },
    'labels has the wrong dtype (got string)',
  ],
  ['an unknown option', { options: { margin: 1 } }, 'margin is not an option'],
  ['an unknown reduction', { options: { reduction: 'avg' } }, 'reduction is unknown (got avg)'],
  ['no block', { options: { blockSize: 0 } }, 'blockSize is out of range (got 0)'],
  [
    'a negative weight',
    { options: { sampleWeights: [1, -1] } },
    'sampleWeights[1] is out of range (got -1)',
  ],
  ['a weight too few', { options: { sampleWeights: [1] } }, 'sampleWeights has 1 values'],
  [
    'a parameter that is not there',
    { options: { parameters: { m: 1 } } },
    'm is not a parameter of ArcFace',
  ],
  [
    'a parameter out of range',
    { options: { parameters: { scale: -1 } } },
    'scale is out of range (got -1)',
  ],
  [
    'a parameter of another size',
    { options: { parameters: { scale: tf.ones([3]) } } },
    'parameters.scale has 3 values',
  ],
  ['a missing table', { loss: arcFace({ margin: 'perClass' }) }, 'margin needs a table'],
  [
    'a state that is not there',
    { options: { state: { t: 1 } } },
    'state.t is not a state of this loss',
  ],
  [
    'a class twice',
    { options: { classSubset: [0, 0, 3] } },
    'classSubset[1] is not a new class (got 0)',
  ],
  [
    'a label outside the subset',
    { options: { classSubset: [0, 1] } },
    'labels[1] is not in classSubset (got 3)',
  ],
  [
    'a label tensor with a subset',
    { labels: tf.tensor1d(labels, 'int32'), options: { classSubset: [0, 3] } },
    'labels must be known to the host',
  ],
  ['nothing to draw with', { loss: elasticArcFace() }, 'random is needed to draw margins'],
  [
    'a tensor that would get no gradient',
    { loss: softTriple(), options: { parameters: { temperature: tf.scalar(0.1) } } },
    'temperature has no gradient',
  ],
  [
    'rows of a loss that has none',
    { loss: proxyAnchor(), options: { reduction: 'none' } },
    'reduction does not apply',
  ],
  [
    'weights of a loss without rows',
    { loss: proxyAnchor(), options: { sampleWeights: tf.ones([2]) } },
    'sampleWeights does not apply',
  ],
]

it.each(faults)('refuses %s before any tensor is made', (_, fault, message) => {
  const before = tf.memory().numTensors
  const run = () =>
    marginLoss(
      fault.loss ?? arcFace(),
      fault.x ?? x,
      fault.w ?? w,
      fault.labels ?? labels,
      (fault.options ?? {}) as MarginLossOptions,
    )
  expect(run).toThrow(message)
  expect(tf.memory().numTensors).toBe(before)
})
