import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { arcFace } from '@arcmargin/core'
import { marginLoss, topK } from '@arcmargin/core/head'
import { attributeTypes, dataTypes, encodeModel } from '@arcmargin/onnx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenPage, openPage } from '../../../scripts/browser.mjs'
import { generator, rowError } from './support/problem.js'
import type { LinearProblem, Trained } from './support/sharing.js'

const program = fileURLToPath(new URL('support/sharing-page.ts', import.meta.url))
const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'))
const random = generator(3)
const values = (length: number): number[] =>
  Array.from({ length }, () => Math.fround(random() - 0.5))

const [rows, features, dimension, classes] = [6, 5, 8, 11]
const problem: LinearProblem = {
  rows,
  features,
  dimension,
  classes,
  x: values(rows * features),
  layer: values(features * dimension),
  weights: values(classes * dimension),
  labels: [0, 4, 10, 4, 7, 2],
  learningRate: 0.5,
}

/** a·b, or aᵀ·b, of matrices by rows. */
const product = (
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [n, m, k]: readonly [number, number, number],
  turned = false,
): Float64Array =>
  Float64Array.from({ length: n * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m]
    let sum = 0
    for (let l = 0; l < k; l++) {
      sum += (a[turned ? l * n + i : i * k + l] as number) * (b[l * m + j] as number)
    }
    return sum
  })

/** The same step by core, in float64. */
const expected = (): Trained => {
  const embeddings = product(problem.x, problem.layer, [rows, dimension, features])
  const batch = {
    embeddings,
    classWeights: Float64Array.from(problem.weights),
    labels: problem.labels,
    dimension,
  }
  const { loss, gradients } = marginLoss(arcFace({ scale: 8 }), batch, { gradients: true })
  const { embeddings: slope = [], classWeights = [] } = gradients
  const weights = Float64Array.from(
    problem.weights,
    (w, i) => w - problem.learningRate * (classWeights[i] as number),
  )
  return {
    loss,
    layerGradient: [...product(problem.x, slope, [features, dimension, rows], true)],
    weights: [...weights],
    best: [...topK({ embeddings, classWeights: weights, dimension }, 1).classes],
  }
}

/** y = a·b, or aᵀ·b, as an ONNX model. */
const productModel = (turned: boolean): Uint8Array => {
  const value = { elemType: dataTypes.float }
  const matrix = (name: string) => ({
    name,
    type: { value: { case: 'tensorType' as const, value } },
  })
  const perm = { name: 'perm', type: attributeTypes.ints, ints: [1n, 0n] }
  return encodeModel({
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: {
      name: 'product',
      node: [
        ...(turned
          ? [{ opType: 'Transpose', input: ['a'], output: ['c'], attribute: [perm] }]
          : []),
        { opType: 'MatMul', input: [turned ? 'c' : 'a', 'b'], output: ['y'] },
      ],
      input: [matrix('a'), matrix('b')],
      output: [matrix('y')],
    },
  })
}

let opened: OpenPage
beforeAll(async () => {
  opened = await openPage(program, {
    flags: ['--enable-unsafe-webgpu'],
    directories: { '/ort': runtime },
  })
}, 120_000)
afterAll(() => opened?.close())

const expectSame = (found: Trained): void => {
  const { loss, layerGradient, weights, best } = expected()
  expect(Math.abs(found.loss - loss)).toBeLessThan(3e-6 * loss)
  expect(rowError(found.layerGradient, layerGradient, dimension)).toBeLessThan(1e-5)
  expect(rowError(found.weights, weights, dimension)).toBeLessThan(1e-5)
  expect(found.best).toEqual(best)
}

describe('one device, shared in Chromium', () => {
  it('TensorFlow.js: embeddings come from its tensor, gradients become one', async () => {
    expectSame((await opened.call('withTfjs', problem)) as Trained)
  }, 120_000)

  it('ONNX Runtime: the same with its tensors in GPU buffers', async () => {
    const models = [productModel(false), productModel(true)]
    expectSame((await opened.call('withOnnx', problem, models)) as Trained)
  }, 120_000)
})
