import { arcFace, uniFace } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs'
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setWebGpuBackend } from '../../../scripts/tfjs-webgpu.mjs'
import { lossCases } from '../../core/test/support/losses.js'
import { problemOf } from '../../core/test/support/problem.js'
import { generator } from '../../core/test/support/random.js'
import { ContextLostError, MarginHead, marginLoss } from '../src/index.js'
import '../src/webgpu.js'
import { byCore, byOp, distance, learnable, rounded } from './support/compare.js'

let device: GPUDevice

beforeAll(async () => {
  device = await setWebGpuBackend(tf, WebGPUBackend)
})
afterAll(() => device.destroy())

/** Softmax, state, regulariser, a trained bias, classwise terms, sub-centers. */
const factories = ['arcFace', 'curricularFace', 'magFace', 'uniFace', 'proxyAnchor']
const cases = [
  ...factories.flatMap((factory) => lossCases.find((which) => which.factory === factory) ?? []),
  ...lossCases.filter(({ label }) => label === 'arcFace() with 3 sub-centers'),
]

describe('fused kernels on the webgpu backend', () => {
  it.each(cases)('$label gives the numbers of core', async (which) => {
    // No multiple of four: the dimension is filled up.
    const problem = rounded(problemOf(which, 7, { rows: 6, classes: 5, dimension: 6 }))
    const names = learnable(problem).filter(
      (name) => which.loss.definition.parameters[name]?.learnable,
    )
    const found = await byOp(problem, names, { random: generator(3) })
    const expected = byCore(problem, names, { random: generator(3) })
    expect(distance([found.loss], [expected.loss])).toBeLessThan(3e-6)
    expect(distance(found.embeddings, expected.embeddings)).toBeLessThan(2e-5)
    expect(distance(found.classWeights, expected.classWeights)).toBeLessThan(2e-5)
    for (const [name, values] of Object.entries(expected.parameters)) {
      expect(distance(found.parameters[name] ?? [], values)).toBeLessThan(1e-4)
    }
    for (const [name, value] of Object.entries(expected.state)) {
      expect(found.state[name]).toBeCloseTo(value, 5)
    }
  })

  it('leaves no tensor behind, and turns NaN where an embedding is', async () => {
    const x = tf.tensor2d([
      [1, 2, 3, 4],
      [2, Number.NaN, 1, 0],
    ])
    const w = tf.randomNormal([5, 4], 0, 1, 'float32', 3)
    const before = tf.memory()
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
      marginLoss(arcFace(), a, b, [0, 4]),
    )([x, w])
    expect((await value.data())[0]).toBeNaN()
    tf.dispose([value, grads])
    const rows = marginLoss(arcFace(), w, w, [0, 1, 2, 3, -1], { reduction: 'none' })
    expect((await rows.data()).length).toBe(5)
    rows.dispose()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numBytes).toBe(before.numBytes)
    tf.dispose([x, w])
  })
})

describe('a lost device', () => {
  it('is reported, and what was synced goes on elsewhere', async () => {
    const head = new MarginHead({ loss: uniFace(), classes: 3, dimension: 4 })
    await head.sync()
    const [weights, bias] = [await head.readWeights(), await head.parameters['bias']?.data()]
    device.destroy()
    await device.lost
    const x = tf.tensor2d([[1, 0, 0, 0]])
    expect(() => head.loss(x, [0])).toThrow(ContextLostError)
    expect(() => head.predict(x)).toThrow(ContextLostError)
    await expect(head.readWeights()).rejects.toThrow(ContextLostError)
    expect(() => head.recover()).toThrow(ContextLostError)
    await tf.setBackend('cpu')
    head.recover()
    expect(await head.readWeights()).toEqual(weights)
    expect(await head.parameters['bias']?.data()).toEqual(bias)
    const again = tf.tensor2d([[1, 0, 0, 0]])
    expect(Number.isFinite(head.loss(again, [0]).dataSync()[0])).toBe(true)
    head.dispose()
  })
})
