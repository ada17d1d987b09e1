import { arcFace, proxyAnchor } from '@arcmargin/core'
import { cosineScores, topK } from '@arcmargin/core/head'
import { Float16Array } from '@petamoriken/float16'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { problemFor } from '../../../core/test/support/problem.js'
import { exportGradients } from '../../src/export/gradients.js'
import { exportLogits } from '../../src/export/logits.js'
import { exportLoss } from '../../src/export/loss.js'
import { exportTrainingStep } from '../../src/export/training-step.js'
import { differences, feedsOf, inFloat32, runCore, runGraph } from '../support/compare.js'
import { load } from '../support/runner.js'

const problem = inFloat32(problemFor(arcFace(), 5, {}))
const { batch, loss } = problem
const none = { parameters: {}, state: {} }

test('the class count may stay open, with any remainder in the last block', async () => {
  const expected = runCore(loss, batch, none)
  for (const blockSize of [1, 3, 4, 1000]) {
    const { bytes } = exportGradients(loss, { dimension: 3, blockSize })
    const { inputs, shapes } = feedsOf(batch, none)
    expect(differences(await (await load(bytes)).run(inputs, shapes), expected, 1e-5)).toEqual([])
  }
})

test('sample weights, the sum, and accuracy', async () => {
  const extras = { ...none, sampleWeights: [1, 0, 2.5, 0.5, 3] }
  const found = await runGraph(loss, batch, extras, {
    sampleWeights: true,
    reduction: 'sum',
    accuracy: true,
  })
  expect(differences(found, runCore(loss, batch, extras, { reduction: 'sum' }), 1e-5)).toEqual([])
})

test('with every row ignored, loss and gradients are 0', async () => {
  const found = await runGraph(loss, { ...batch, labels: batch.labels.map(() => -1) }, none)
  for (const values of Object.values(found))
    expect(Math.max(...Array.from(values, Math.abs))).toBe(0)
})

test('straight-through gradients and hyperparameters as inputs', async () => {
  const through = arcFace({ gradient: 'straightThrough' })
  const extras = { parameters: { margin: 0.2, scale: 20 }, state: {} }
  const found = await runGraph(through, batch, extras, { inputs: ['margin', 'scale'] })
  expect(differences(found, runCore(through, batch, extras), 1e-5)).toEqual([])
})

test('hostile rows give finite numbers: collinear, opposite, zero, very short and very long', async () => {
  const classWeights = Float64Array.of(1, 2, 3, -1, -2, -3, 0, 0, 0, 1e-15, 0, 1e-15)
  const embeddings = Float64Array.of(3, 6, 9, 1, 2, 3, 0, 0, 0, 1e20, 0, 0, 1e-20, 1e-20, 0)
  const hostile = { ...batch, classWeights, embeddings, labels: [0, 1, 2, 3, 2] }
  const found = await runGraph(loss, hostile, none)
  const expected = runCore(loss, hostile, none)
  expect(
    differences({ loss: found['loss'] ?? [], losses: found['losses'] ?? [] }, expected, 1e-5),
  ).toEqual([])
  for (const values of Object.values(found)) {
    expect(Array.from(values).every(Number.isFinite)).toBe(true)
  }
})

test('easy samples keep the digits of their loss and gradient', async () => {
  const classWeights = Float64Array.of(1, 0, 0, -1, 0.2, 0, -1, -0.1, 0.3, -1, 0, -0.4)
  const embeddings = Float64Array.of(1, 0.1, 0, 1, 0, 0.1, 2, 0.1, 0.1, 1, 0.01, 0, 3, 0, 0.2)
  const easy = inFloat32({
    batch: { ...batch, classWeights, embeddings, labels: [0, 0, 0, 0, 0] },
    ...none,
  })
  const strict = arcFace({ margin: 0.1, scale: 10 })
  const expected = runCore(strict, easy.batch, none)
  expect(expected['loss']?.[0]).toBeLessThan(1e-6)
  const found = await runGraph(strict, easy.batch, none)
  const relative = (name: string): number => {
    const scale = Math.max(...Array.from(expected[name] ?? [], Math.abs))
    return Math.max(
      ...Array.from(found[name] ?? [], (v, i) => Math.abs(v - (expected[name]?.[i] ?? 0)) / scale),
    )
  }
  for (const name of ['losses', 'embeddings.gradient', 'classWeights.gradient']) {
    expect(relative(name)).toBeLessThan(1e-5)
  }
})

test('scores and the best classes', async () => {
  const { bytes } = exportLogits(loss, { dimension: 3 })
  const { inputs, shapes } = feedsOf(batch, none)
  const expected = cosineScores(batch)
  expect(
    differences(await (await load(bytes)).run(inputs, shapes), { scores: expected }, 1e-6),
  ).toEqual([])
  const best = topK(batch, 2)
  const baked = exportLogits(loss, {
    dimension: 3,
    topK: 2,
    weights: Float32Array.from(batch.classWeights),
  })
  const found = await (await load(baked.bytes)).run(inputs, shapes)
  const expectedBest = { topScores: best.scores, topClasses: best.classes }
  expect(differences(found, expectedBest, 1e-6)).toEqual([])
})

test('the weights of inference are normalised in the file, and may be halved there', async () => {
  const long = batch.classWeights.map((value) => 1e6 * value)
  const expected = { scores: cosineScores(batch) }
  const { inputs, shapes } = feedsOf(batch, none)
  for (const [weightType, allowed] of [
    ['float32', 1e-6],
    ['float16', 1e-3],
  ] as const) {
    const { bytes } = exportLogits(loss, { dimension: 3, weights: long, weightType })
    const found = await (await load(bytes)).run(inputs, shapes)
    expect(differences(found, expected, allowed)).toEqual([])
  }
})

test('float16 class weights are read as float32', async () => {
  const half = Float16Array.from(batch.classWeights)
  const { bytes } = exportGradients(loss, {
    dimension: 3,
    classes: 4,
    weightType: 'float16',
    blockSize: 2,
  })
  const session = await ort.InferenceSession.create(bytes)
  const found = await session.run({
    embeddings: new ort.Tensor('float32', Float32Array.from(batch.embeddings), [5, 3]),
    labels: new ort.Tensor('int32', Int32Array.from(batch.labels), [5]),
    classWeights: new ort.Tensor('float16', new Uint16Array(half.buffer), [4, 3]),
  })
  const expected = runCore(loss, { ...batch, classWeights: Float64Array.from(half) }, none)
  const numbers = Object.fromEntries(
    Object.entries(found).map(([name, { data }]) => [name, data as Float32Array]),
  )
  expect(differences(numbers, expected, 1e-5)).toEqual([])
})

test('weights that are too long for the file come back beside it', async () => {
  const weights = Float32Array.from(batch.classWeights)
  const { bytes, externalData } = exportLoss(loss, { dimension: 3, weights, externalAbove: 10 })
  expect(externalData?.location).toBe('weights.bin')
  const session = await ort.InferenceSession.create(bytes, {
    externalData: [{ path: 'weights.bin', data: externalData?.data ?? new Uint8Array() }],
  })
  const found = await session.run({
    embeddings: new ort.Tensor('float32', Float32Array.from(batch.embeddings), [5, 3]),
    labels: new ort.Tensor('int32', Int32Array.from(batch.labels), [5]),
  })
  const expected = runCore(loss, batch, none)
  expect(differences({ loss: found['loss']?.data as Float32Array }, expected, 1e-5)).toEqual([])
})

describe('errors name the option', () => {
  const base = { dimension: 3, classes: 4 }
  test.each([
    ['dimension', () => exportLoss(loss, { dimension: 0 })],
    ['classes', () => exportLoss(loss, { dimension: 3, classes: 1.5 })],
    ['weights', () => exportLoss(loss, { ...base, weights: new Float32Array(9) })],
    ['weights', () => exportLogits(loss, { ...base, weights: new Float32Array(12).fill(NaN) })],
    ['inputs: x', () => exportLoss(loss, { ...base, inputs: ['x'] })],
    ['sampleWeights', () => exportLoss(proxyAnchor(), { ...base, sampleWeights: true })],
    ['parameterGradients: x', () => exportGradients(loss, { ...base, parameterGradients: ['x'] })],
    ['topK', () => exportLogits(loss, { ...base, topK: 5 })],
    [
      'optimizer.momentum',
      () => exportTrainingStep(loss, { ...base, optimizer: { kind: 'sgd', momentum: 1 } }),
    ],
    [
      'optimizer.nesterov',
      () => exportTrainingStep(loss, { ...base, optimizer: { kind: 'sgd', nesterov: true } }),
    ],
    [
      'optimizer.beta2',
      () => exportTrainingStep(loss, { ...base, optimizer: { kind: 'adam', beta2: -1 } }),
    ],
  ])('%s', (argument, attempt) => {
    expect(attempt).toThrow(expect.objectContaining({ argument }))
  })
})
