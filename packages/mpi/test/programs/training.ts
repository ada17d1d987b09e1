/** Trains on this many processes, and on one: prints how far loss and weights are apart, and what topK and Partial FC say. */

import * as core from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'
import { MarginHead, type Optimizer, type StoredArray } from '@arcmargin/wasm'
import { mpi, ShardedHead, single } from '../../src/index.js'
import { errorOf, numbers, shareOf } from './data.js'

const collective = mpi()
const [rows, dimension, classes, steps] = [20, 16, 61, 15]
const loss = core.arcFace({ margin: 0.3, scale: 16 })
const weights = numbers(classes * dimension, 2)
const fill = (first: number, target: Float32Array): void =>
  target.set(weights.subarray(first * dimension, first * dimension + target.length))
const labels = Int32Array.from({ length: rows }, (_, row) => (row * 3) % classes)
const embeddings = numbers(rows * dimension, 1)
const { first, last } = shareOf(rows, collective)
const own = {
  embeddings: embeddings.slice(first * dimension, last * dimension),
  labels: labels.slice(first, last),
}

const optimizers: readonly Optimizer[] = [
  { type: 'sgd', learningRate: 0.5, weightDecay: 1e-3 },
  { type: 'adamW', learningRate: 0.02 },
]
const trained = []
for (const optimizer of optimizers) {
  const shared = { loss, classes, dimension, optimizer, weights: fill }
  const [head, alone] = [
    await ShardedHead.create({ collective, ...shared, threads: collective.size === 1 ? 2 : 1 }),
    await MarginHead.create(shared),
  ]
  let [a, b] = [0, 0]
  for (let step = 0; step < steps; step++) {
    a = (await head.step(own)).loss
    b = (await alone.step({ embeddings, labels })).loss
  }
  const expected = await alone.readWeights()
  const slice = expected.subarray(head.first * dimension, (head.first + head.count) * dimension)
  const evaluated =
    (await head.evaluate(own)).loss - (await alone.forward({ embeddings, labels })).loss
  const k = 7
  const [best, all] = [await head.topK(own.embeddings, k), await alone.topK(embeddings, k)]
  trained.push({
    loss: Math.abs(a / b - 1),
    evaluated: Math.abs(evaluated / b),
    weights: errorOf(await head.readWeights(), slice),
    sameBest: best.classes.join() === all.classes.subarray(first * k, last * k).join(),
    scores: errorOf(best.scores, all.scores.subarray(first * k, last * k)),
  })
  await Promise.all([head.dispose(), alone.dispose()])
}

/** A slice that lives outside of the head, as slices above 4 GiB do. */
const [optimizer] = optimizers as readonly [Optimizer]
const arrays = new Map<StoredArray, Float32Array>()
const stored = (array: StoredArray): Float32Array => arrays.get(array) as Float32Array
const streaming = await ShardedHead.create({
  collective,
  ...{ loss, classes, dimension, optimizer },
  source: {
    read: (array, at, target) =>
      target.set(
        stored(array)
          .subarray(at * dimension)
          .subarray(0, target.length),
      ),
    write: (array, at, values) => stored(array).set(values, at * dimension),
  },
})
const slice = weights.slice(
  streaming.first * dimension,
  (streaming.first + streaming.count) * dimension,
)
arrays.set('weights', slice).set('momentum', new Float32Array(slice.length))
const held = await ShardedHead.create({
  collective,
  loss,
  classes,
  dimension,
  optimizer,
  weights: fill,
})
const streamed = { loss: 0, weights: 0 }
for (let step = 0; step < steps; step++) {
  streamed.loss = Math.abs((await streaming.step(own)).loss / (await held.step(own)).loss - 1)
}
streamed.weights = errorOf(await streaming.readWeights(), await held.readWeights())
await Promise.all([streaming.dispose(), held.dispose()])

/** Partial FC equals a head that has the kept classes only. */
const partial = await ShardedHead.create({ collective, loss, classes, dimension, weights: fill })
let seed = collective.rank + 1
const random = (): number => {
  seed = (seed * 48271) % 2147483647
  return seed / 2147483647
}
const result = await partial.step(own, { sampleRate: 0.5, random })
const kept = (result.gradients.classSubset as Int32Array).map((label) => partial.first + label)
const counts = collective.allGather(Int32Array.of(kept.length))
const subset = collective.allGather(kept, counts)
const whole = marginLoss(
  loss,
  { embeddings, classWeights: weights, labels, dimension },
  { gradients: true, classSubset: subset },
)
const start = counts.subarray(0, collective.rank).reduce((sum, count) => sum + count, 0) * dimension
const rowsOfW = (whole.gradients.classWeights as Float32Array).subarray(
  start,
  start + kept.length * dimension,
)
const sampled = {
  kept: subset.length,
  loss: Math.abs(result.loss / whole.loss - 1),
  dx: errorOf(
    result.gradients.embeddings ?? [],
    (whole.gradients.embeddings as Float32Array).subarray(first * dimension, last * dimension),
  ),
  dW: errorOf(result.gradients.classWeights ?? [], rowsOfW),
}
await partial.dispose()

/** One process alone needs no MPI. */
const lone = await ShardedHead.create({
  collective: single(),
  loss,
  classes,
  dimension,
  weights: fill,
})
const { loss: loneLoss, seconds } = await lone.step({ embeddings, labels })
const expectedLoss = marginLoss(loss, {
  embeddings,
  classWeights: weights,
  labels,
  dimension,
}).loss
await lone.dispose()

const everywhere = collective.allGather(
  Float64Array.from(
    trained
      .flatMap((one) => [one.loss, one.evaluated, one.weights, one.sameBest ? 0 : 1, one.scores])
      .concat(sampled.loss, sampled.dx, sampled.dW, streamed.loss, streamed.weights),
  ),
)
if (collective.rank === 0) {
  const answer = {
    worst: everywhere.reduce((most, value) => Math.max(most, value), 0),
    kept: sampled.kept,
    alone: Math.abs(loneLoss / expectedLoss - 1),
    exchanging: seconds.exchanging >= 0 && seconds.computing > 0,
  }
  process.stdout.write(JSON.stringify(answer))
}
