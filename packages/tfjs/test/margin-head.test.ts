import {
  adaptiveFace,
  arcFace,
  curricularFace,
  elasticArcFace,
  LabelError,
  ParameterError,
  ShapeError,
  uniFace,
} from '@arcmargin/core'
import { cosineScores as exactScores, topK as exactTopK } from '@arcmargin/core/head'
// Registers the gradients of TensorFlow.js's own ops, which tfjs-core alone lacks in Node.
import '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { thrown } from '../../core/test/support/thrown.js'
import {
  DisposedError,
  MarginHead,
  type MarginHeadOptions,
  marginLoss,
  readState,
  topK,
} from '../src/index.js'

const labels = [0, 2, 1, 2]
const shape = { classes: 3, dimension: 5 }

let x: tf.Tensor2D
let tensors = 0

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => {
  tensors = tf.memory().numTensors
  x = tf.randomNormal([4, 5], 0, 1, 'float32', 5)
})
afterEach(() => {
  x.dispose()
  expect(tf.memory().numTensors).toBe(tensors)
})

const numbers = (tensor: tf.Tensor): number[] => {
  const values = Array.from(tensor.dataSync())
  tensor.dispose()
  return values
}

/** Artifacts of a head, as a handler would store them. */
const saved = async (head: MarginHead): Promise<tf.io.ModelArtifacts> => {
  let kept: tf.io.ModelArtifacts = {}
  await head.save(
    tf.io.withSaveHandler(async (artifacts) => {
      kept = artifacts
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) }
    }),
  )
  return kept
}

describe('training', () => {
  it('is minimised over the class weights and the learnable parameters', () => {
    const head = new MarginHead({ loss: uniFace({ scale: 16 }), ...shape, seed: 1 })
    const optimizer = new tf.SGDOptimizer(0.1)
    const before = head.parameters['bias']?.dataSync()[0]
    const step = () =>
      optimizer.minimize(() => head.loss(x, labels) as tf.Scalar, true, head.trainableWeights)
    const [first = 0] = numbers(step() as tf.Scalar)
    for (let i = 0; i < 30; i++) step()?.dispose()
    const [last] = numbers(step() as tf.Scalar)
    expect(last).toBeLessThan(first / 2)
    expect(head.parameters['bias']?.dataSync()[0]).not.toBe(before)
    expect(head.trainableWeights).toEqual([head.classWeights, head.parameters['bias']])
    head.dispose()
    optimizer.dispose()
  })

  it('starts from class weights of length about 1, or from given ones', () => {
    const wide = new MarginHead({ loss: arcFace(), classes: 4, dimension: 1024, seed: 1 })
    for (const length of numbers(tf.norm(wide.classWeights, 2, 1))) {
      expect(Math.abs(length - 1)).toBeLessThan(0.1)
    }
    wide.dispose()
    const weights = Float64Array.from({ length: 30 }, (_, i) => i)
    const given = new MarginHead({ loss: arcFace(), ...shape, subCenters: 2, weights })
    expect(given.classWeights.shape).toEqual([3, 2, 5])
    expect(Array.from(given.classWeights.dataSync())).toEqual(Array.from(weights))
    given.dispose()
  })

  it('moves its state on in training alone', async () => {
    const head = new MarginHead({ loss: curricularFace(), ...shape, state: { t: 0.25 } })
    head.loss(x, labels, { training: false }).dispose()
    expect(await readState(head.state)).toEqual({ t: 0.25 })
    head.loss(x, labels).dispose()
    expect((await readState(head.state))['t']).not.toBe(0.25)
    head.dispose()
  })

  it('takes tables for all classes once, and values per sample with each batch', () => {
    const margin = Float32Array.of(0.1, 0.2, 0.3)
    const loss = arcFace({ margin: 'perClass' })
    const head = new MarginHead({ loss, ...shape, parameters: { margin } })
    const expected = marginLoss(loss, x, head.classWeights, labels, { parameters: { margin } })
    expect(numbers(head.loss(x, labels))).toEqual(numbers(expected))
    head.dispose()
    const perSample = arcFace({ margin: 'perSample' })
    const other = new MarginHead({ loss: perSample, ...shape })
    const parameters = { margin: Float32Array.of(0.1, 0.2, 0.3, 0.4) }
    expect(numbers(other.loss(x, labels, { parameters }))).toEqual(
      numbers(marginLoss(perSample, x, other.classWeights, labels, { parameters })),
    )
    other.dispose()
  })

  it('moves parameters back into their range', () => {
    const parameters = { margin: Float32Array.of(0, 0.5, 1) }
    const head = new MarginHead({
      loss: adaptiveFace({ margin: 'perClass' }),
      ...shape,
      parameters,
    })
    const margin = head.parameters['margin'] as tf.Variable
    tf.tidy(() => margin.assign(tf.tensor1d([-0.5, 0.25, 1.5])))
    head.clampParameters()
    expect(Array.from(margin.dataSync())).toEqual([0, 0.25, 1])
    head.dispose()
  })
})

describe('inference', () => {
  const problem = (subCenters: number) => {
    const head = new MarginHead({ loss: arcFace(), ...shape, subCenters, seed: 3 })
    const batch = {
      embeddings: Float64Array.from(x.dataSync()),
      classWeights: Float64Array.from(head.classWeights.dataSync()),
      dimension: 5,
      subCenters,
    }
    return { head, batch }
  }

  it.each([1, 3])('gives the cosines of core with %i sub-centers', (subCenters) => {
    const { head, batch } = problem(subCenters)
    const expected = exactScores(batch)
    numbers(head.predict(x)).forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] as number, 6)
    })
    head.dispose()
  })

  it.each([1, 3])('finds the best classes of core with %i sub-centers', (subCenters) => {
    const { head, batch } = problem(subCenters)
    for (const k of [1, 2, 3]) {
      const expected = exactTopK(batch, k)
      const found = head.topK(x, k)
      expect(found.classes.dtype).toBe('int32')
      expect(numbers(found.classes)).toEqual(Array.from(expected.classes))
      numbers(found.scores).forEach((score, i) => {
        expect(score).toBeCloseTo(expected.scores[i] as number, 6)
      })
    }
    head.dispose()
  })

  it('finds them in blocks of classes too, the smaller class of equal ones first', () => {
    const [rows, classes, dimension] = [3, 23, 4]
    const queries = tf.randomNormal([rows, dimension], 0, 1, 'float32', 1)
    const half = tf.randomNormal([11, dimension], 0, 1, 'float32', 2)
    // Each vector twice and one more: ties across blocks.
    const weights = tf.tidy(() => tf.concat([half, half, tf.ones([1, dimension])]))
    const batch = {
      embeddings: queries.dataSync() as Float32Array,
      classWeights: weights.dataSync() as Float32Array,
      dimension,
    }
    for (const k of [1, 4, classes]) {
      const expected = exactTopK(batch, k)
      const found = topK(queries, weights, k, { blockSize: 5 })
      expect(numbers(found.classes)).toEqual(Array.from(expected.classes))
      found.scores.dispose()
    }
    tf.dispose([queries, half, weights])
  })
})

describe('storage', () => {
  it.each([
    ['a state', { loss: curricularFace(), state: { t: 0.375 } }],
    ['a trained parameter', { loss: uniFace(), parameters: { bias: 2.5 }, subCenters: 2 }],
    [
      'a table',
      { loss: arcFace({ margin: 'perClass' }), parameters: { margin: Float32Array.of(0, 1, 2) } },
    ],
    ['a parameter trained by choice', { loss: arcFace(), trainableParameters: ['scale'] }],
  ] as [string, Omit<MarginHeadOptions, 'classes' | 'dimension'>][])(
    'keeps %s',
    async (_, options) => {
      const head = new MarginHead({ ...options, ...shape })
      const loaded = await MarginHead.load(tf.io.fromMemory(await saved(head)))
      expect(loaded.marginLoss).toEqual(head.marginLoss)
      expect(loaded.trainableWeights.length).toBe(head.trainableWeights.length)
      expect(await loaded.readWeights()).toEqual(await head.readWeights())
      expect(numbers(loaded.loss(x, labels))).toEqual(numbers(head.loss(x, labels)))
      expect(await readState(loaded.state)).toEqual(await readState(head.state))
      head.dispose()
      loaded.dispose()
    },
  )

  it('refuses what is no head, and what nothing reads', async () => {
    const topology = { className: 'Sequential', config: {} }
    const other = tf.io.fromMemory({ modelTopology: topology })
    await expect(MarginHead.load(other)).rejects.toThrow('artifacts are not of a head')
    const empty = tf.io.fromMemory({
      modelTopology: { className: 'MarginHead', config: { loss: arcFace(), ...shape } },
    })
    await expect(MarginHead.load(empty)).rejects.toThrow('artifacts have no weights')
    await expect(MarginHead.load('nowhere://head')).rejects.toThrow('url has no handlers that load')
    const head = new MarginHead({ loss: arcFace(), ...shape })
    await expect(head.save('nowhere://head')).rejects.toThrow('url has no handlers that save')
    head.dispose()
  })

  it('puts the synced numbers back into the same variables', async () => {
    const head = new MarginHead({ loss: uniFace(), ...shape })
    expect(() => head.recover()).toThrow('head keeps nothing to recover from')
    await head.sync()
    const [weights, bias] = head.trainableWeights as [tf.Variable, tf.Variable]
    const before = [weights, bias].map((variable) => Array.from(variable.dataSync()))
    tf.tidy(() => {
      weights.assign(tf.zerosLike(weights))
      bias.assign(tf.scalar(7))
    })
    head.recover()
    expect(head.trainableWeights).toEqual([weights, bias])
    expect([weights, bias].map((variable) => Array.from(variable.dataSync()))).toEqual(before)
    head.dispose()
  })
})

describe('errors', () => {
  const faults: [string, Partial<MarginHeadOptions> & object, string][] = [
    ['an unknown option', { margin: 1 } as object, 'margin is not an option'],
    ['no class', { classes: 0 }, 'classes is out of range (got 0)'],
    ['half a dimension', { dimension: 2.5 }, 'dimension is out of range (got 2.5)'],
    ['no sub-center', { subCenters: 0 }, 'subCenters is out of range (got 0)'],
    ['weights too few', { weights: new Float32Array(3) }, 'weights has 3 values'],
    ['a table that is missing', { loss: arcFace({ margin: 'perClass' }) }, 'margin needs a table'],
    [
      'values per sample',
      { loss: elasticArcFace(), parameters: { m: new Float32Array(4) } },
      'm is not a parameter',
    ],
    [
      'values per sample of a parameter',
      { loss: arcFace({ margin: 'perSample' }), parameters: { margin: new Float32Array(4) } },
      'margin belongs to a batch',
    ],
    ['a parameter out of range', { parameters: { scale: -1 } }, 'scale is out of range (got -1)'],
    ['a state that is not there', { state: { t: 1 } }, 'state.t is not a state of this loss'],
  ]

  it.each(faults)('refuses %s before any tensor is made', (_, options, message) => {
    const before = tf.memory().numTensors
    const error = thrown(Error, () => new MarginHead({ loss: arcFace(), ...shape, ...options }))
    expect(error.message).toContain(message)
    expect(error instanceof ParameterError || error instanceof ShapeError).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('names a wrong dtype, rank, dimension, label and k', () => {
    const head = new MarginHead({ loss: arcFace(), ...shape })
    const before = tf.memory().numTensors
    const whole = tf.ones([4, 5], 'int32')
    const flat = tf.ones([20])
    const narrow = tf.ones([4, 3])
    for (const call of [
      (bad: tf.Tensor) => head.loss(bad, labels),
      (bad: tf.Tensor) => head.predict(bad),
      (bad: tf.Tensor) => head.topK(bad, 1),
    ]) {
      expect(() => call(whole)).toThrow('embeddings has the wrong dtype (got int32)')
      expect(() => call(flat)).toThrow('embeddings has the shape [20]')
      expect(() => call(narrow)).toThrow('embeddings has the shape [4,3]; allowed: [N, 5]')
    }
    expect(thrown(LabelError, () => head.loss(x, [0, 1, 3, 0])).row).toBe(2)
    expect(() => head.topK(x, 4)).toThrow('k is out of range (got 4); allowed: 1 to 3')
    tf.dispose([whole, flat, narrow])
    expect(tf.memory().numTensors).toBe(before)
    head.dispose()
  })

  it('says that it is disposed', async () => {
    const head = new MarginHead({ loss: uniFace(), ...shape })
    await head.sync()
    head.dispose()
    head.dispose()
    for (const call of [
      () => head.loss(x, labels),
      () => head.predict(x),
      () => head.topK(x, 1),
      () => head.clampParameters(),
      () => head.recover(),
    ]) {
      thrown(DisposedError, call)
    }
    await expect(head.readWeights()).rejects.toThrow(DisposedError)
    await expect(head.sync()).rejects.toThrow(DisposedError)
    await expect(saved(head)).rejects.toThrow(DisposedError)
  })
})
