/** OrtTrainer: a run of training in ONNX Runtime against the same run in core. */
import { arcFace, curricularFace, type Loss } from '@arcmargin/core'
import { initialState, marginLoss } from '@arcmargin/core/head'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { attachHead, exportTrainingStep, OrtTrainer } from '../../src/index.js'
import { backbone } from '../support/backbone.js'

const [classes, dimension] = [5, 3]
const numbers = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 3 * i))
const classWeights = numbers(classes * dimension, 1)
const labels = [0, 4, -1, 2]
const embeddings = numbers(labels.length * dimension, 2)
const batch = { embeddings, labels, learningRate: 0.1 }

const stepOf = (loss: Loss, momentum = 0) => {
  const optimizer = { kind: 'sgd', momentum } as const
  return exportTrainingStep(loss, { dimension, classes, optimizer, accuracy: true }).bytes
}

const start = (model: Uint8Array, values: Record<string, Float32Array> = { classWeights }) =>
  OrtTrainer.create({ ort, model, values })

const lossOf = async (results: Promise<{ readonly loss: ort.Tensor }>) =>
  Number((await results).loss.data[0])

describe('OrtTrainer', () => {
  it.each([
    ['without state', arcFace({ scale: 8 })],
    ['with state', curricularFace({ scale: 8 })],
  ])('trains as core does, %s', async (_, loss) => {
    const trainer = await start(stepOf(loss))
    const weights = Float64Array.from(classWeights)
    let state = initialState(loss, classes)
    for (let step = 0; step < 20; step++) {
      const result = await trainer.step(batch)
      const own = { embeddings: Float64Array.from(embeddings), classWeights: weights }
      const all = { ...own, labels, dimension }
      const expected = marginLoss(loss, all, { gradients: true, state })
      expect(Number(result.loss.data[0])).toBeCloseTo(expected.loss, 4)
      expect(Number(result['accuracy']?.data[0])).toBeCloseTo(expected.accuracy, 6)
      expected.gradients.classWeights?.forEach((g, i) => {
        weights[i]! -= 0.1 * g
      })
      state = expected.state
    }
    const kept = await trainer.export()
    const distance = Math.max(...weights.map((w, i) => Math.abs(w - kept['classWeights']![i]!)))
    expect(distance).toBeLessThan(1e-5)
    for (const [name, value] of Object.entries(state)) {
      expect(kept[`state.${name}`]?.[0]).toBeCloseTo(value, 5)
    }
    await trainer.dispose()
  })

  it('goes on from what was exported as if it had not stopped', async () => {
    const model = stepOf(arcFace({ scale: 8 }), 0.9)
    const one = await start(model)
    await one.step(batch)
    const other = await start(model, await one.export())
    expect(await lossOf(other.step(batch))).toBe(await lossOf(one.step(batch)))
    expect(await other.export()).toEqual(await one.export())
  })

  it('trains class weights of half precision', async () => {
    const optimizer = { kind: 'sgd' } as const
    const options = { dimension, classes, optimizer, weightType: 'float16' } as const
    const { bytes } = exportTrainingStep(arcFace({ scale: 8 }), options)
    const [half, whole] = [await start(bytes), await start(stepOf(arcFace({ scale: 8 })))]
    for (let step = 0; step < 5; step++) {
      const expected = await lossOf(whole.step(batch))
      expect(Math.abs((await lossOf(half.step(batch))) - expected)).toBeLessThan(2e-3 * expected)
    }
    const { classWeights: found } = await half.export()
    const { classWeights: expected } = await whole.export()
    const distance = Math.max(...expected!.map((w, i) => Math.abs(w - found![i]!)))
    expect(distance).toBeLessThan(3e-3)
  })

  it('evaluates without keeping anything', async () => {
    const trainer = await start(stepOf(curricularFace()))
    const before = await trainer.export()
    const value = await lossOf(trainer.evaluate({ embeddings, labels }))
    expect(await trainer.export()).toEqual(before)
    expect(await lossOf(trainer.step(batch))).toBe(value)
  })

  it('runs calls one after another, in their order', async () => {
    const model = stepOf(arcFace({ scale: 8 }))
    const trainer = await start(model)
    const together = await Promise.all([1, 2, 3].map(() => lossOf(trainer.step(batch))))
    const alone = await start(model)
    for (const loss of together) expect(await lossOf(alone.step(batch))).toBe(loss)
    expect(together[2]).toBeLessThan(together[0]!)
  })

  it('trains a head behind a frozen backbone', async () => {
    const head = stepOf(arcFace({ scale: 8 }))
    const trainer = await start(attachHead(backbone(), { embedding: 'features', head }))
    const x = numbers(8, 4)
    const losses: number[] = []
    for (let step = 0; step < 10; step++) {
      losses.push(await lossOf(trainer.step({ x, labels, learningRate: 0.5 })))
    }
    expect(losses[9]).toBeLessThan(0.7 * losses[0]!)
  })
})
