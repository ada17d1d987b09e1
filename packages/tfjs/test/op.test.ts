import { arcFace, cosFace, curricularFace } from '@arcmargin/core'
import { marginLoss as exact } from '@arcmargin/core/head'
// Registers the gradients of TensorFlow.js's own ops, which tfjs-core alone lacks in Node.
import '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createState, marginLoss, readState } from '../src/index.js'

const loss = arcFace({ margin: 0.3, scale: 16 })
const labels = [0, 2, 1, 2]

let x: tf.Tensor2D
let w: tf.Tensor2D

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => {
  x = tf.randomNormal([4, 3], 0, 1, 'float32', 5)
  w = tf.randomNormal([3, 3], 0, 1, 'float32', 6)
})
afterEach(() => tf.dispose([x, w]))

const batch = () => ({
  embeddings: Float64Array.from(x.dataSync()),
  classWeights: Float64Array.from(w.dataSync()),
  labels,
  dimension: 3,
})

describe('the op', () => {
  it('is minimised by an optimiser', () => {
    const before = tf.memory().numTensors
    const weights = tf.variable(w)
    const optimizer = new tf.SGDOptimizer(0.1)
    const step = () =>
      optimizer.minimize(() => marginLoss(loss, x, weights, labels) as tf.Scalar, true)
    const first = step()
    for (let i = 0; i < 30; i++) step()?.dispose()
    const last = step()
    expect(last?.dataSync()[0]).toBeLessThan((first?.dataSync()[0] as number) / 4)
    tf.dispose([weights, first as tf.Tensor, last as tf.Tensor])
    optimizer.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('carries its gradient on to what made the embeddings', () => {
    const kernel = tf.variable(tf.mul(tf.eye(3), 2) as tf.Tensor2D)
    const { grads } = tf.variableGrads(
      () => marginLoss(loss, tf.matMul(x, kernel), w, labels) as tf.Scalar,
    )
    const doubled = exact(
      loss,
      { ...batch(), embeddings: batch().embeddings.map((value) => 2 * value) },
      { gradients: true },
    )
    const dx = tf.tensor2d(Float32Array.from(doubled.gradients.embeddings ?? []), [4, 3])
    const expected = tf.matMul(tf.transpose(x), dx).dataSync()
    const found = grads[kernel.name]?.dataSync() ?? []
    expected.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 4)
    })
  })

  it('gives each row its weighted loss, and scales its gradient by what comes from above', () => {
    const sampleWeights = [1, 0, 2, 3]
    const rows = marginLoss(loss, x, w, labels, { reduction: 'none', sampleWeights })
    const expected = exact(loss, batch(), { reduction: 'none' }).losses
    Array.from(rows.dataSync()).forEach((value, row) => {
      expect(value).toBeCloseTo((expected[row] as number) * (sampleWeights[row] as number), 4)
    })
    const upstream = tf.tensor1d([0, 0, 1, 0])
    const [dx] = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
      marginLoss(loss, a, b, labels, { reduction: 'none', sampleWeights }),
    )([x, w], upstream)
    const one = exact(loss, batch(), {
      reduction: 'sum',
      sampleWeights: [0, 0, 2, 0],
      gradients: true,
    })
    Array.from(dx?.dataSync() ?? []).forEach((value, i) => {
      expect(value).toBeCloseTo(one.gradients.embeddings?.[i] as number, 4)
    })
  })

  it('weighs the mean by the sample weights, from an array or a tensor', () => {
    const sampleWeights = [1, 0.5, 2, 0]
    const expected = exact(loss, batch(), { sampleWeights }).loss
    for (const given of [sampleWeights, tf.tensor1d(sampleWeights)]) {
      const found = marginLoss(loss, x, w, labels, { sampleWeights: given }).dataSync()[0]
      expect(found).toBeCloseTo(expected, 5)
    }
  })

  it('fills the gradient of classes outside a subset with zeros', () => {
    const wide = tf.randomNormal([5, 3], 0, 1, 'float32', 8)
    const classSubset = [4, 0, 2, 1]
    const options = { classSubset, blockSize: 3 }
    const [, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
      marginLoss(loss, a, b, labels, options),
    )([x, wide])
    const expected = exact(
      loss,
      { ...batch(), classWeights: Float64Array.from(wide.dataSync()) },
      { classSubset, gradients: true },
    ).gradients.classWeights
    const found = dw?.dataSync() ?? []
    expect(Array.from(found.slice(9, 12))).toEqual([0, 0, 0])
    classSubset.forEach((label, column) => {
      for (let d = 0; d < 3; d++) {
        expect(found[label * 3 + d]).toBeCloseTo(expected?.[column * 3 + d] as number, 4)
      }
    })
  })

  it('takes labels from a tensor, and turns NaN where one of them is no class', () => {
    const expected = marginLoss(loss, x, w, [0, -1, 1, 2]).dataSync()[0]
    for (const dtype of ['int32', 'float32'] as const) {
      const inTensor = tf.tensor1d([0, -1, 1, 2], dtype)
      expect(marginLoss(loss, x, w, inTensor).dataSync()[0]).toBe(expected)
    }
    for (const wrong of [3, -2]) {
      const found = marginLoss(loss, x, w, tf.tensor1d([0, wrong, 1, 2], 'int32'))
      expect(found.dataSync()[0]).toBeNaN()
    }
  })

  it('is 0 with gradients 0 where every row is ignored, and leaves the state', async () => {
    const curricular = curricularFace()
    const state = createState(curricular, 3)
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
      marginLoss(curricular, a, b, [-1, -1, -1, -1], { state }),
    )([x, w])
    expect(value.dataSync()[0]).toBe(0)
    for (const grad of grads) expect(grad.dataSync().every((entry) => entry === 0)).toBe(true)
    expect(await readState(state)).toEqual({ t: 0 })
  })

  it('moves state variables on in training alone', async () => {
    const curricular = curricularFace()
    const state = createState(curricular, 3, { t: 0.25 })
    marginLoss(curricular, x, w, labels, { state, training: false })
    expect(await readState(state)).toEqual({ t: 0.25 })
    marginLoss(curricular, x, w, labels, { state })
    const expected = exact(curricular, batch(), { state: { t: 0.25 } }).state['t'] as number
    expect((await readState(state))['t']).toBeCloseTo(expected, 6)
  })

  it('reads nothing back', () => {
    const read = vi.spyOn(tf.Tensor.prototype, 'dataSync')
    const state = createState(curricularFace(), 3)
    const inTensor = tf.tensor1d(labels, 'int32')
    tf.grads((a: tf.Tensor, b: tf.Tensor) =>
      marginLoss(curricularFace(), a, b, inTensor, { state }),
    )([x, w])
    expect(read).not.toHaveBeenCalled()
    read.mockRestore()
  })
})

describe('memory', () => {
  it('leaves no tensor behind but the results', () => {
    const before = tf.memory()
    const state = createState(curricularFace(), 3)
    const run = () => {
      const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
        marginLoss(curricularFace(), a, b, labels, { state, blockSize: 2 }),
      )([x, w])
      tf.dispose([value, grads])
      tf.dispose(marginLoss(cosFace(), x, w, labels))
    }
    run()
    run()
    tf.dispose(state)
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numBytes).toBe(before.numBytes)
  })

  it('grows with the class weights, not with rows times classes', async () => {
    const [rows, dimension] = [128, 4]
    const many = tf.randomNormal([rows, dimension], 0, 1, 'float32', 2)
    const own = Int32Array.from({ length: rows }, (_, row) => row)
    const peak = async (classes: number): Promise<number> => {
      const wide = tf.randomNormal([classes, dimension], 0, 1, 'float32', 1)
      const before = tf.memory().numBytes
      const { peakBytes } = await tf.profile(() => {
        const made = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
          marginLoss(loss, a, b, own, { blockSize: 64, cosineBudget: 0 }),
        )([many, wide])
        tf.dispose(made)
      })
      wide.dispose()
      return peakBytes - before
    }
    const [few, more] = [await peak(512), await peak(2560)]
    const weights = 2048 * dimension * 4
    // Blocks of the gradient, and the whole that they are joined to; a number or two a row for each block.
    expect(more - few).toBeLessThan(3.5 * weights)
    expect(more - few).toBeLessThan((2048 * rows * 4) / 8)
    many.dispose()
  })
})
