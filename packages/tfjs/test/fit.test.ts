import { arcFace, curricularFace, NonFiniteError, uniFace } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generator } from '../../core/test/support/random.js'
import { type FitOptions, fitWithMargin, type Logs, MarginHead } from '../src/index.js'
import { loadGraph } from './support/graph-model.js'

const [rows, features, dimension, classes] = [48, 6, 4, 3]

let xs: tf.Tensor2D
let labels: number[]
let model: tf.Sequential
let head: MarginHead
let optimizer: tf.SGDOptimizer
let tensors = 0

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => {
  tensors = tf.memory().numTensors
  labels = Array.from({ length: rows }, (_, row) => row % classes)
  optimizer = new tf.SGDOptimizer(0.2)
  // Three directions with noise.
  xs = tf.tidy(() => {
    const own = tf.gather(tf.randomNormal([classes, features], 0, 1, 'float32', 3), labels)
    return tf.add(own, tf.randomNormal([rows, features], 0, 0.2, 'float32', 4)) as tf.Tensor2D
  })
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 7 })
  model = tf.sequential({
    layers: [tf.layers.dense({ units: dimension, inputShape: [features], kernelInitializer })],
  })
  head = new MarginHead({ loss: arcFace({ margin: 0.3, scale: 8 }), classes, dimension, seed: 2 })
})
afterEach(() => {
  xs.dispose()
  model.dispose()
  head.dispose()
  optimizer.dispose()
  expect(tf.memory().numTensors).toBe(tensors)
})

const fast = (): FitOptions => ({
  optimizer,
  random: generator(5),
  batchSize: 16,
})

const dataset = () =>
  tf.data
    .zip({ xs: tf.data.array(xs.arraySync()), ys: tf.data.array(labels) })
    .batch(16) as tf.data.Dataset<tf.TensorContainer>

describe('training', () => {
  it('learns from tensors, and returns a value for each epoch', async () => {
    const { epoch, history } = await fitWithMargin(
      model,
      head,
      { xs, ys: labels },
      { ...fast(), epochs: 6, initialEpoch: 1, metrics: ['accuracy'], validationSplit: 0.25 },
    )
    expect(epoch).toEqual([1, 2, 3, 4, 5])
    expect(Object.keys(history).sort()).toEqual(['acc', 'loss', 'val_acc', 'val_loss'])
    const [first, last] = [history['loss']?.[0] as number, history['loss']?.at(-1) as number]
    expect(last).toBeLessThan(first / 2)
    expect(history['acc']?.at(-1)).toBe(1)
    expect(history['val_acc']?.at(-1)).toBe(1)
  })

  it('learns from a data set, one-hot labels and what the model is compiled with', async () => {
    const adam = tf.train.adam(0.05)
    model.compile({ optimizer: adam, loss: 'meanSquaredError' })
    const indices = tf.tensor1d(labels, 'int32')
    const oneHot = tf.oneHot(indices, classes)
    const batches = tf.data
      .zip({
        xs: tf.data.array(xs.arraySync()),
        ys: tf.data.array(oneHot.arraySync() as number[][]),
      })
      .batch(16)
    const validationData = { xs, ys: oneHot }
    const { history } = await fitWithMargin(model, head, batches, { epochs: 8, validationData })
    expect(history['loss']?.at(-1)).toBeLessThan((history['loss']?.[0] as number) / 2)
    // Of all samples after the epoch: less than the mean on the way.
    expect(history['val_loss']?.at(-1)).toBeLessThan(history['loss']?.at(-1) as number)
    // Adam's moments live until it is disposed.
    tf.dispose([indices, oneHot])
    adam.dispose()
  })

  it('is the plain step: optimizer.minimize over model and head', async () => {
    const kernel = model.layers[0]?.getWeights()[0] as tf.Tensor
    const [start, weights] = [kernel.clone(), tf.clone(head.classWeights)]
    const options = { optimizer, batchSize: rows, shuffle: false }
    await fitWithMargin(model, head, { xs, ys: labels }, options)
    const found = [model.layers[0]?.getWeights()[0] as tf.Tensor, head.classWeights]
    const after = found.map((tensor) => Array.from(tensor.dataSync()))
    const zeros = tf.zeros([dimension])
    model.layers[0]?.setWeights([start, zeros])
    head.classWeights.assign(weights)
    const step = () => head.loss(model.apply(xs, { training: true }) as tf.Tensor, labels)
    optimizer.minimize(step as () => tf.Scalar)
    const expected = [model.layers[0]?.getWeights()[0] as tf.Tensor, head.classWeights]
    expect(after).toEqual(expected.map((tensor) => Array.from(tensor.dataSync())))
    tf.dispose([start, weights, zeros])
  })

  it("adds the model's regularisers to the loss", async () => {
    const kernelInitializer = 'ones'
    const plain = (l2: number) =>
      tf.sequential({
        layers: [
          tf.layers.dense({
            units: dimension,
            inputShape: [features],
            kernelInitializer,
            kernelRegularizer: tf.regularizers.l2({ l2 }),
          }),
        ],
      })
    const losses: number[] = []
    for (const l2 of [0, 0.5]) {
      const regularized = plain(l2)
      const still = new tf.SGDOptimizer(0)
      const data = { xs, ys: labels }
      const { history } = await fitWithMargin(regularized, head, data, {
        optimizer: still,
        batchSize: rows,
      })
      losses.push(history['loss']?.[0] as number)
      still.dispose()
      regularized.dispose()
    }
    // Σ w² of ones is their number.
    expect((losses[1] as number) - (losses[0] as number)).toBeCloseTo(0.5 * features * dimension, 4)
  })

  it('trains the head alone on a graph model', async () => {
    const graph = await loadGraph(features, dimension)
    const before = graph.predict(xs) as tf.Tensor
    const { history } = await fitWithMargin(
      graph,
      head,
      { xs, ys: labels },
      { ...fast(), epochs: 8, metrics: ['accuracy'], validationData: { xs, ys: labels } },
    )
    expect(history['loss']?.at(-1)).toBeLessThan((history['loss']?.[0] as number) / 2)
    expect(history['val_acc']?.at(-1)).toBe(1)
    const after = graph.predict(xs) as tf.Tensor
    expect(after.dataSync()).toEqual(before.dataSync())
    tf.dispose([before, after])
    graph.dispose()
  })

  it('moves state and learnable parameters of the loss', async () => {
    const other = new MarginHead({ loss: uniFace({ scale: 8 }), classes, dimension, seed: 2 })
    const bias = other.parameters['bias']?.dataSync()[0]
    await fitWithMargin(model, other, { xs, ys: labels }, fast())
    expect(other.parameters['bias']?.dataSync()[0]).not.toBe(bias)
    other.dispose()
    const curricular = new MarginHead({ loss: curricularFace(), classes, dimension })
    await fitWithMargin(model, curricular, { xs, ys: labels }, fast())
    expect(curricular.state['t']?.dataSync()[0]).not.toBe(0)
    curricular.dispose()
  })

  it('goes on with the data set where an epoch has so many batches', async () => {
    const sizes: number[] = []
    const onBatchBegin = (_: number, logs?: Logs) => sizes.push(logs?.['size'] as number)
    const five = tf.data
      .zip({ xs: tf.data.array(xs.arraySync()), ys: tf.data.array(labels) })
      .batch(20)
    const options = { ...fast(), epochs: 2, batchesPerEpoch: 2, callbacks: { onBatchBegin } }
    await fitWithMargin(model, head, five.repeat(2), options)
    expect(sizes).toEqual([20, 20, 8, 20])
  })
})

describe('callbacks', () => {
  it('come in the order of model.fit, with its logs', async () => {
    const seen: string[] = []
    const note = (name: string) => (at?: unknown, logs?: Logs) => {
      const keys = Object.keys((typeof at === 'number' ? logs : (at as Logs)) ?? {}).join(' ')
      seen.push(`${name} ${typeof at === 'number' ? at : ''} ${keys}`.trim())
    }
    const names = ['TrainBegin', 'EpochBegin', 'BatchBegin', 'BatchEnd', 'EpochEnd', 'TrainEnd']
    const callbacks = Object.fromEntries(names.map((name) => [`on${name}`, note(name)]))
    await fitWithMargin(model, head, dataset(), {
      ...fast(),
      callbacks,
      validationData: { xs, ys: labels },
    })
    expect(seen).toEqual([
      'TrainBegin',
      'EpochBegin 0',
      ...[0, 1, 2].flatMap((batch) => [
        `BatchBegin ${batch} batch size`,
        `BatchEnd ${batch} batch size loss`,
      ]),
      'EpochEnd 0 loss val_loss',
      'TrainEnd',
    ])
  })

  it('may stop training, and so may early stopping of TensorFlow.js', async () => {
    let batches = 0
    const stop = {
      onBatchEnd: () => {
        model.stopTraining = ++batches === 2
      },
    }
    const data = { xs, ys: labels }
    const first = await fitWithMargin(model, head, data, { ...fast(), epochs: 9, callbacks: stop })
    expect([first.epoch, batches]).toEqual([[0], 2])
    const early = tf.callbacks.earlyStopping({ monitor: 'loss', minDelta: 1e9, patience: 2 })
    const options = { ...fast(), epochs: 9, callbacks: [early] }
    const second = await fitWithMargin(model, head, data, options)
    expect(second.epoch).toEqual([0, 1, 2])
    const graph = await loadGraph(features, dimension)
    const third = await fitWithMargin(graph, head, data, {
      ...options,
      callbacks: tf.callbacks.earlyStopping({ monitor: 'loss', minDelta: 1e9, patience: 1 }),
    })
    expect(third.epoch).toEqual([0, 1])
    graph.dispose()
  })

  it('yields as often as asked for', async () => {
    let yields = 0
    const callbacks = { onYield: () => yields++ }
    const data = { xs, ys: labels }
    for (const [yieldEvery, expected] of [
      ['batch', 6],
      ['epoch', 2],
      ['never', 0],
      [0, 6],
    ] as const) {
      yields = 0
      await fitWithMargin(model, head, data, { ...fast(), epochs: 2, callbacks, yieldEvery })
      expect(yields).toBe(expected)
    }
  })

  it('stop for a signal between two batches', async () => {
    const controller = new AbortController()
    const callbacks = { onBatchEnd: () => controller.abort(new Error('enough')) }
    const options = { ...fast(), epochs: 3, callbacks, signal: controller.signal }
    const run = fitWithMargin(model, head, { xs, ys: labels }, options)
    await expect(run).rejects.toThrow('enough')
    await expect(fitWithMargin(model, head, { xs, ys: labels }, options)).rejects.toThrow('enough')
    expect(Object.hasOwn(model, 'stopTraining')).toBe(false)
  })
})

describe('errors', () => {
  const faults: [string, object, string][] = [
    ['an unknown option', { epoch: 2 }, 'epoch is not an option'],
    ['no epoch', { epochs: 0 }, 'epochs is out of range (got 0)'],
    ['an epoch after the last', { epochs: 2, initialEpoch: 2 }, 'initialEpoch is out of range'],
    ['an empty batch', { batchSize: 0 }, 'batchSize is out of range (got 0)'],
    ['an unknown metric', { metrics: ['auc'] }, 'metrics is unknown (got auc)'],
    ['a split of everything', { validationSplit: 1 }, 'validationSplit is out of range (got 1)'],
    ['batches of an epoch', { batchesPerEpoch: 2 }, 'batchesPerEpoch does not go with these data'],
  ]

  it.each(faults)('refuses %s', async (_, options, message) => {
    const run = fitWithMargin(model, head, { xs, ys: labels }, options as FitOptions)
    await expect(run).rejects.toThrow(message)
  })

  it('refuses data, labels and models that do not fit', async () => {
    const few = { xs, ys: [0, 1] }
    await expect(fitWithMargin(model, head, few)).rejects.toThrow('labels has 2 values')
    const wrong = { xs, ys: labels.map(() => 7) }
    await expect(fitWithMargin(model, head, wrong, fast())).rejects.toThrow(
      'labels[0] is not a class (got 7)',
    )
    const odd = { xs } as { xs: tf.Tensor; ys: number[] }
    await expect(fitWithMargin(model, head, odd)).rejects.toThrow('data is no data')
    const none = tf.data.array([] as tf.TensorContainer[])
    await expect(fitWithMargin(model, head, none)).rejects.toThrow('data yields no batch')
    const plain = tf.data.array([1, 2, 3]).batch(2) as tf.data.Dataset<tf.TensorContainer>
    await expect(fitWithMargin(model, head, plain)).rejects.toThrow('data yields something else')
    const nothing = {} as never
    await expect(fitWithMargin(nothing, head, few)).rejects.toThrow('model makes no embeddings')
    const wide = new MarginHead({ loss: arcFace(), classes, dimension: 9 })
    await expect(fitWithMargin(model, wide, { xs, ys: labels })).rejects.toThrow(
      'model makes 1 outputs, the first of the shape [,4]; allowed: one output [N, 9]',
    )
    const graph = await loadGraph(features, dimension)
    await expect(fitWithMargin(graph, wide, { xs, ys: labels })).rejects.toThrow(
      'model makes embeddings of the shape [32,4]; allowed: [N, 9]',
    )
    graph.dispose()
    wide.dispose()
  })

  it('moves no weight where the loss is not finite', async () => {
    const before = await head.readWeights()
    const broken = tf.fill([rows, features], Number.NaN)
    const run = fitWithMargin(model, head, { xs: broken, ys: labels }, fast())
    await expect(run).rejects.toThrow(NonFiniteError)
    expect(await head.readWeights()).toEqual(before)
    broken.dispose()
  })

  it('refuses a second training at the same time', async () => {
    const first = fitWithMargin(model, head, { xs, ys: labels }, fast())
    const second = fitWithMargin(model, head, { xs, ys: labels }, fast())
    await expect(second).rejects.toThrow('model is being trained already')
    await first
  })
})
