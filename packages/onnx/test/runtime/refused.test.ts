/** What OrtTrainer refuses or stops, and that it is then as before. */
import { arcFace, LabelError, NonFiniteError, ParameterError, ShapeError } from '@arcmargin/core'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { thrown } from '../../../core/test/support/thrown.js'
import {
  exportLoss,
  exportTrainingStep,
  type InputValues,
  ModelError,
  OrtTrainer,
  ProviderError,
} from '../../src/index.js'

const [classes, dimension] = [5, 3]
const classWeights = Float32Array.from({ length: classes * dimension }, (_, i) => Math.sin(i))
const labels = [0, 4, -1, 2]
const embeddings = Float32Array.from({ length: 12 }, (_, i) => Math.cos(i))
const batch = { embeddings, labels, learningRate: 0.1 }
const optimizer = { kind: 'sgd' } as const
const model = exportTrainingStep(arcFace(), { dimension, classes, optimizer }).bytes

const start = (values: Record<string, Float32Array> = { classWeights }, other = model) =>
  OrtTrainer.create({ ort, model: other, values })

const refused = async <E extends Error>(
  kind: abstract new (...args: never[]) => E,
  promise: Promise<unknown>,
): Promise<E> => {
  const [result] = await Promise.allSettled([promise])
  return thrown(kind, () => {
    if (result.status === 'rejected') throw result.reason
  })
}

it('a step stopped before it begins or while it runs leaves everything as it was', async () => {
  const trainer = await start()
  const before = await trainer.export()
  const signal = AbortSignal.abort(new Error('enough'))
  expect((await refused(Error, trainer.step(batch, { signal }))).message).toBe('enough')
  const controller = new AbortController()
  const step = trainer.step(batch, { signal: controller.signal })
  controller.abort(new Error('too late'))
  expect((await refused(Error, step)).message).toBe('too late')
  expect(await trainer.export()).toEqual(before)
  expect(Number((await trainer.step(batch)).loss.data[0])).toBeGreaterThan(0)
})

it('values of a batch that do not fit are refused, naming input and row', async () => {
  const trainer = await start()
  const before = await trainer.export()
  const step = (change: InputValues) => trainer.step({ ...batch, ...change })
  const label = await refused(LabelError, step({ labels: [0, 5, 1, 1] }))
  expect(label.message).toBe(
    'labels[1] is not a class (got 5); allowed: a class from 0 to 4, or -1 to leave the row out',
  )
  const spoilt = embeddings.slice().fill(Number.NaN, 7, 8)
  expect((await refused(NonFiniteError, step({ embeddings: spoilt }))).row).toBe(2)
  expect((await refused(ShapeError, step({ labels: [1] }))).argument).toBe('labels')
  const unknown = await refused(ParameterError, step({ x: [1] }))
  expect(unknown.allowed).toBe('embeddings, labels, learningRate')
  const missing = await refused(ParameterError, trainer.step({ embeddings, labels }))
  expect(missing.message).toContain('learningRate is missing')
  expect(await trainer.export()).toEqual(before)
})

it('a start without weights, with unknown values or with a graph that trains nothing is refused', async () => {
  expect((await refused(ParameterError, start({}))).argument).toBe('values.classWeights')
  const unknown = await refused(ParameterError, start({ classWeights, w: embeddings }))
  expect(unknown.message).toContain('values.w is not kept by the graph')
  const plain = exportLoss(arcFace(), { dimension, classes }).bytes
  const error = await refused(ModelError, start({ classWeights }, plain))
  expect(error.message).toContain('is not a training step')
})

it('a provider that is not there is named', async () => {
  const session = { executionProviders: ['no-such-device'] }
  const create = OrtTrainer.create({ ort, model, values: { classWeights }, session })
  expect((await refused(ProviderError, create)).message).toContain('no-such-device')
})
