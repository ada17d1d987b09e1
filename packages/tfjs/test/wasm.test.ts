import { arcFace, elasticArcFace, softmax } from '@arcmargin/core'
import { marginLoss as exact } from '@arcmargin/core/head'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { lossCases } from '../../core/test/support/losses.js'
import { problemOf } from '../../core/test/support/problem.js'
import { generator } from '../../core/test/support/random.js'
import { MarginHead, type MarginLossOptions, marginLoss } from '../src/index.js'
import '../src/wasm.js'
import { byCore, byOp, distance, learnable, rounded } from './support/compare.js'

/** Fused softmax, state, regulariser, a trained bias, classwise terms, soft pooling, draws, sub-centers, a table by classes. */
const factories = ['arcFace', 'curricularFace', 'magFace', 'uniFace', 'proxyAnchor', 'softTriple']
const cases = [
  ...[...factories, 'elasticArcFace'].flatMap(
    (factory) => lossCases.find((which) => which.factory === factory) ?? [],
  ),
  ...lossCases.filter(({ label }) => label === 'arcFace() with 3 sub-centers'),
]

const loss = arcFace({ margin: 0.3, scale: 16 })
const labels = [0, 4, -1, 2]
const batch = {
  embeddings: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i * i)),
  classWeights: Float32Array.from({ length: 15 }, (_, i) => Math.sin(i * i + 1)),
  labels,
  dimension: 3,
}

/** Value, gradients, and which kernels ran. */
const step = async (
  options: MarginLossOptions = {},
  own: number[] | tf.Tensor = labels,
  above = 1,
) => {
  const [x, w] = [tf.tensor2d(batch.embeddings, [4, 3]), tf.tensor2d(batch.classWeights, [5, 3])]
  const factor = tf.scalar(above)
  let found: number[][] = []
  const { kernelNames } = await tf.profile(() => {
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
      marginLoss(loss, a, b, own, options),
    )([x, w], factor)
    found = [value, ...grads].map((tensor) => Array.from(tensor.dataSync()))
    tf.dispose([value, grads])
  })
  tf.dispose([x, w, factor])
  const [value = [], embeddings = [], classWeights = []] = found
  return { value: value[0] as number, embeddings, classWeights, kernelNames }
}

/** What there is of tensors. */
const count = () => [tf.memory().numTensors, tf.memory().numBytes, tf.backend().numDataIds()]

describe.each(['cpu', 'wasm'])('kernels of @arcmargin/wasm on the %s backend', (backend) => {
  beforeEach(() => tf.setBackend(backend))

  it.each(cases)('$label gives the numbers of core', async (which) => {
    const problem = rounded(problemOf(which, 7, { rows: 6, classes: 5, dimension: 6 }))
    const names = learnable(problem)
    const found = await byOp(problem, names, { random: generator(3) })
    const expected = byCore(problem, names, { random: generator(3) })
    expect(distance([found.loss], [expected.loss])).toBeLessThan(1e-6)
    expect(distance(found.embeddings, expected.embeddings)).toBeLessThan(3e-6)
    expect(distance(found.classWeights, expected.classWeights)).toBeLessThan(3e-6)
    for (const [name, values] of Object.entries(expected.parameters)) {
      expect(distance(found.parameters[name] ?? [], values)).toBeLessThan(1e-5)
    }
    for (const [name, value] of Object.entries(expected.state)) {
      expect(found.state[name]).toBeCloseTo(value, 6)
    }
  })

  it('takes labels and weights from tensors, and what comes from above', async () => {
    const sampleWeights = [1, 0.5, 2, 3]
    const expected = exact(loss, batch, { gradients: true, sampleWeights })
    const before = count()
    const given = [tf.tensor1d(labels, 'int32'), tf.tensor1d(sampleWeights)] as const
    const found = await step({ sampleWeights: given[1] }, given[0], 3)
    tf.dispose([...given])
    expect(found.kernelNames).toContain('ArcmarginMarginStep')
    expect(found.kernelNames).not.toContain('BatchMatMul')
    expect(found.value).toBeCloseTo(expected.loss, 4)
    const tripled = Array.from(expected.gradients.classWeights ?? [], (value) => 3 * value)
    expect(distance(found.classWeights, tripled)).toBeLessThan(3e-6)
    expect(count()).toEqual(before)
  })

  it('puts the gradient of a subset among zeros', async () => {
    const classSubset = [4, 0, 2]
    const { gradients } = exact(loss, batch, { gradients: true, classSubset })
    const { classWeights } = await step({ classSubset })
    const whole = new Array(15).fill(0)
    classSubset.forEach((label, column) => {
      for (let d = 0; d < 3; d++) whole[label * 3 + d] = gradients.classWeights?.[column * 3 + d]
    })
    expect(distance(classWeights, whole)).toBeLessThan(3e-6)
    expect(classWeights.slice(3, 6)).toEqual([0, 0, 0])
  })

  it('gives the losses of rows, each with its weight', () => {
    const sampleWeights = [1, 0.5, 2, 3]
    const { losses } = exact(loss, batch, { reduction: 'none' })
    const [x, w] = [tf.tensor2d(batch.embeddings, [4, 3]), tf.tensor2d(batch.classWeights, [5, 3])]
    const rows = marginLoss(loss, x, w, labels, { reduction: 'none', sampleWeights })
    const weighted = losses.map((value, row) => value * (sampleWeights[row] as number))
    expect(distance(rows.dataSync(), weighted)).toBeLessThan(1e-6)
    tf.dispose([x, w, rows])
  })

  it('leaves numbers that core refuses to the tensor ops', async () => {
    const before = count()
    const given = [tf.tensor1d([0, 7, -1, 2], 'int32'), tf.scalar(-16)] as const
    const found = await step({}, given[0])
    expect(found.value).toBeNaN()
    expect(found.kernelNames).toContain('BatchMatMul')
    const { value } = await step({ parameters: { scale: given[1] } })
    expect(Number.isFinite(value)).toBe(true)
    tf.dispose([...given])
    expect(count()).toEqual(before)
  })

  it('frees what it made where a step fails', () => {
    const [x, w] = [tf.tensor2d(batch.embeddings, [4, 3]), tf.tensor2d(batch.classWeights, [5, 3])]
    const before = count()
    const random = () => {
      throw new Error('no more numbers')
    }
    expect(() => marginLoss(elasticArcFace(), x, w, labels, { random })).toThrow('no more numbers')
    expect(count()).toEqual(before)
    tf.dispose([x, w])
  })

  it('draws margins by a generator that runs ops itself', () => {
    const own = elasticArcFace({ scale: 16 })
    const [x, w] = [tf.tensor2d(batch.embeddings, [4, 3]), tf.tensor2d(batch.classWeights, [5, 3])]
    const before = count()
    const uniform = generator(3)
    // So large that the wasm backend's memory grows, and its old views end.
    const random = () => tf.tidy(() => tf.fill([1 << 22], uniform()).dataSync()[0] as number)
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
      marginLoss(own, a, b, labels, { random }),
    )([x, w])
    const [dx = [], dw = []] = grads.map((gradient) => gradient.dataSync())
    const again = generator(3)
    const options = { gradients: true, random: () => Math.fround(again()) }
    const expected = exact(own, batch, options)
    expect(value.dataSync()[0]).toBeCloseTo(expected.loss, 5)
    expect(distance(dx, expected.gradients.embeddings ?? [])).toBeLessThan(3e-6)
    expect(distance(dw, expected.gradients.classWeights ?? [])).toBeLessThan(3e-6)
    tf.dispose([value, grads])
    expect(count()).toEqual(before)
    tf.dispose([x, w])
  })

  it('compiles nothing and grows no memory when shapes come again', async () => {
    const head = new MarginHead({ loss: softmax(), classes: 5, dimension: 3 })
    const x = tf.tensor2d(batch.embeddings, [4, 3])
    const run = () => {
      tf.dispose(tf.variableGrads(() => head.loss(x, labels) as tf.Scalar))
      return step()
    }
    await run()
    const compile = vi.spyOn(WebAssembly, 'Module')
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow')
    await run()
    expect([compile.mock.calls.length, grow.mock.calls.length]).toEqual([0, 0])
    vi.restoreAllMocks()
    x.dispose()
    head.dispose()
  })
})

it('brings tensors of another backend over', async () => {
  await tf.setBackend('cpu')
  const [x, w] = [tf.tensor2d(batch.embeddings, [4, 3]), tf.tensor2d(batch.classWeights, [5, 3])]
  await tf.setBackend('wasm')
  const value = marginLoss(loss, x, w, labels)
  expect(value.dataSync()[0]).toBeCloseTo(exact(loss, batch).loss, 5)
  tf.dispose([x, w, value])
})
