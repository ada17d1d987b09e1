import * as core from '@arcmargin/core/pairs'
// Registers the gradients of TensorFlow.js's own ops, which tfjs-core alone lacks in Node.
import '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type PairCase, pairCases, pairProblem } from '../../../core/test/support/pairs.js'
import { bell, generator } from '../../../core/test/support/random.js'
import { type PairLossOptions, pairLoss } from '../../src/pairs/index.js'
import { distance } from '../support/compare.js'

beforeAll(() => tf.setBackend('cpu'))

/** A batch whose numbers are float32 ones, so that both sides see the same. */
const rounded = (values: core.PairBatch['embeddings']): Float64Array =>
  Float64Array.from(Float32Array.from(values))

const compare = async (
  loss: core.PairLoss,
  batch: core.PairBatch,
  options: PairLossOptions = {},
  names: readonly string[] = [],
): Promise<void> => {
  const { dimension, views = 1, labels, others } = batch
  const exact = core.pairLoss(
    loss,
    {
      ...batch,
      embeddings: rounded(batch.embeddings),
      ...(others ? { others: { ...others, embeddings: rounded(others.embeddings) } } : {}),
    },
    {
      ...(options.reduction ? { reduction: options.reduction } : {}),
      gradients: { embeddings: true, others: true, parameters: names },
    },
  )
  const samples = batch.embeddings.length / dimension / views
  const shape = views === 1 ? [samples, dimension] : [samples, views, dimension]
  const inputs = [
    tf.tensor(Float32Array.from(batch.embeddings), shape),
    ...(others
      ? [
          tf.tensor(Float32Array.from(others.embeddings), [
            others.embeddings.length / dimension,
            dimension,
          ]),
        ]
      : []),
    ...names.map((name) => tf.scalar(loss.parameters[name] as number)),
  ]
  const from = inputs.length - names.length
  const before = tf.memory().numTensors
  const { value, grads } = tf.valueAndGrads((...given) =>
    pairLoss(loss, given[0] as tf.Tensor, labels, {
      blockSize: 2,
      ...options,
      ...(batch.pairs ? { pairs: batch.pairs } : {}),
      ...(batch.triplets ? { triplets: batch.triplets } : {}),
      ...(batch.anchors ? { anchors: batch.anchors } : {}),
      ...(others ? { others: { ...others, embeddings: given[1] as tf.Tensor } } : {}),
      parameters: Object.fromEntries(
        names.map((name, at) => [name, given[from + at] as tf.Tensor]),
      ),
    }),
  )(inputs)
  expect(tf.memory().numTensors - before).toBe(1 + inputs.length)
  expect(Math.abs((value.dataSync()[0] as number) - exact.loss)).toBeLessThan(
    3e-6 * Math.max(1, Math.abs(exact.loss)),
  )
  const [x, ...rest] = grads.map((gradient) => gradient.dataSync())
  expect(distance(x ?? [], exact.gradients.embeddings ?? [])).toBeLessThan(2e-5)
  if (others) expect(distance(rest[0] ?? [], exact.gradients.others ?? [])).toBeLessThan(2e-5)
  names.forEach((name, at) => {
    const expected = [exact.gradients.parameters[name] as number]
    expect(distance(rest[from - 1 + at] ?? [], expected)).toBeLessThan(2e-5)
  })
  tf.dispose([inputs, value, grads])
}

describe('against core in float64', () => {
  it.each(pairCases.map((one) => [one.label, one] as const))('%s', async (_, one: PairCase) => {
    const learned = Object.keys(one.loss.parameters)
    await compare(one.loss, pairProblem(one, 6), {}, learned)
    await compare(one.loss, pairProblem(one, 7), { reduction: 'sum', blockSize: 100 })
  })

  it('chosen pairs and triplets, views, and some anchors only', async () => {
    const one = { label: '', loss: core.contrastive() }
    const batch = pairProblem(one, 8)
    const twice = { anchors: [0, 0, 4], others: [2, 2, 1] }
    const pairs = { positives: twice, negatives: { anchors: [3, 0, 5], others: [0, 1, 8] } }
    for (const loss of [
      core.contrastive(),
      core.supCon(),
      core.ntXent(),
      core.circlePair({ scale: 4 }),
    ]) {
      await compare(loss, { ...batch, pairs })
    }
    const triplets = core.mineSemiHard(batch, 0.7)
    await compare(core.tripletMargin({ margin: 0.7 }), { ...batch, triplets })
    await compare(core.marginBeta(), { ...batch, anchors: [4, 0, 8] }, {}, ['beta'])
    const embeddings = bell(generator(3), 4 * 2 * 3)
    await compare(core.supConViews({ temperature: 0.5 }), { embeddings, dimension: 3, views: 2 })
    const self = [0, -1, 1, 2, 3, -1, -1, -1, 4]
    const others = { embeddings: bell(generator(5), 5 * 3), labels: [0, 1, 2, 0, 1], self }
    await compare(core.tripletMargin({ margin: 0.5, mining: 'hard' }), { ...batch, others })
  })

  it('a table of boundaries has a gradient by class', () => {
    const loss = core.marginBeta({ beta: 'perClass' })
    const batch = pairProblem({ label: '', loss }, 9)
    const beta = Float64Array.from([1.2, 0.7, 1, 1.1])
    const exact = core.pairLoss(
      loss,
      { ...batch, embeddings: rounded(batch.embeddings) },
      { parameters: { beta }, gradients: true },
    )
    const x = tf.tensor2d(Float32Array.from(batch.embeddings), [9, 3])
    const byTable = tf.grad((table: tf.Tensor) =>
      pairLoss(loss, x, batch.labels, { parameters: { beta: table }, blockSize: 4 }),
    )(tf.tensor1d(Float32Array.from(beta)))
    expect(
      distance(byTable.dataSync(), exact.gradients.parameters['beta'] as Float64Array),
    ).toBeLessThan(1e-5)
  })
})
