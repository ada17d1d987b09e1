import { arcFace } from '@arcmargin/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { MarginHead, type Optimizer } from '../src/index.js'
import { testDevice } from './support/device.js'
import { createProblem, inCore, rowError } from './support/problem.js'

let device: GPUDevice

beforeAll(async () => {
  device = await testDevice()
})

const loss = arcFace({ scale: 8 })
const problem = createProblem(6, 11, 5, { subCenters: 2, ignore: true })
const { classes, dimension, subCenters } = problem

/** PyTorch's update rules in float64; `step` counts from 1. */
const reference = {
  sgd: (w: number, g: number, m: number, rate: number): [number, number] => {
    const moved = 0.9 * m + g + 0.01 * w
    return [w - rate * moved, moved]
  },
}

const shape = { classes, dimension, subCenters }

describe('step', () => {
  it('moves the weights as SGD with momentum and decay does', async () => {
    const optimizer: Optimizer = { type: 'sgd', momentum: 0.9, weightDecay: 0.01 }
    const head = await MarginHead.create(device, loss, { ...shape, optimizer, shardClasses: 4 })
    head.load(problem.weights)
    const weights = Float64Array.from(problem.weights)
    const moments = new Float64Array(weights.length)
    for (let step = 1; step <= 3; step++) {
      const gradient = inCore(loss, { ...problem, weights: Float32Array.from(weights) }).gradients
      const found = await head.step(problem, { learningRate: 0.1 })
      expect(rowError(found.gradients.embeddings, gradient.embeddings, dimension)).toBeLessThan(
        1e-5,
      )
      weights.forEach((w, i) => {
        const g = gradient.classWeights?.[i] as number
        const [moved, moment] = reference.sgd(w, g, moments[i] as number, 0.1)
        weights[i] = moved
        moments[i] = moment
      })
    }
    expect(rowError(await head.readWeights(), weights, dimension)).toBeLessThan(1e-5)
    head.destroy()
  })

  it('moves the weights as AdamW does, and only those of a subset', async () => {
    const optimizer: Optimizer = { type: 'adamw', weightDecay: 0.1 }
    const head = await MarginHead.create(device, loss, { ...shape, optimizer })
    head.load(problem.weights)
    const labels = [3, 7, 3, 0, 7, -1]
    const classSubset = [0, 3, 5, 7]
    const some = { ...problem, labels }
    const expected = Float64Array.from(problem.weights)
    const width = dimension * subCenters
    const [first, second] = [new Float64Array(expected.length), new Float64Array(expected.length)]
    for (let step = 1; step <= 2; step++) {
      const gradient = inCore(
        loss,
        { ...some, weights: Float32Array.from(expected) },
        { classSubset },
      ).gradients.classWeights as Float64Array
      await head.step(some, { learningRate: 0.05, classSubset })
      classSubset.forEach((label, column) => {
        for (let d = 0; d < width; d++) {
          const at = label * width + d
          const g = gradient[column * width + d] as number
          first[at] = 0.9 * (first[at] as number) + 0.1 * g
          second[at] = 0.999 * (second[at] as number) + 0.001 * g * g
          const m = (first[at] as number) / (1 - 0.9 ** step)
          const s = (second[at] as number) / (1 - 0.999 ** step)
          expected[at] =
            (expected[at] as number) * (1 - 0.05 * 0.1) - (0.05 * m) / (Math.sqrt(s) + 1e-8)
        }
      })
    }
    const found = await head.readWeights()
    expect(rowError(found, expected, dimension)).toBeLessThan(1e-4)
    expect(found.slice(width, 3 * width)).toEqual(problem.weights.slice(width, 3 * width))
    head.destroy()
  })

  it('needs an optimiser and a learning rate', async () => {
    const head = await MarginHead.create(device, loss, shape)
    await expect(head.step(problem, { learningRate: 0.1 })).rejects.toThrow('optimizer is missing')
    const other = await MarginHead.create(device, loss, { ...shape, optimizer: { type: 'sgd' } })
    await expect(other.step(problem, { learningRate: Number.NaN })).rejects.toThrow(
      'learningRate is out of range (got NaN)',
    )
    head.destroy()
    other.destroy()
  })
})

describe('buffers of the caller', () => {
  it('are read and written without a copy, in an encoder of the caller', async () => {
    const storage = 0x80 | 0x4 | 0x8
    const size = problem.embeddings.byteLength
    const embeddings = device.createBuffer({ size, usage: storage })
    const target = device.createBuffer({ size, usage: storage })
    const back = device.createBuffer({ size, usage: 0x1 | 0x8 })
    device.queue.writeBuffer(embeddings, 0, problem.embeddings)
    const optimizer: Optimizer = { type: 'sgd' }
    const head = await MarginHead.create(device, loss, { ...shape, optimizer })
    head.load(problem.weights)
    const encoder = device.createCommandEncoder()
    const batch = { embeddings, labels: problem.labels }
    const options = { learningRate: 0.1, embeddingGradients: target }
    const first = await head.record(encoder, 'step', batch, options)
    const second = await head.record(encoder, 'step', batch, options)
    encoder.copyBufferToBuffer(target, 0, back, 0, size)
    device.queue.submit([encoder.finish()])
    const results = [await first.read(), await second.read()]

    const twin = await MarginHead.create(device, loss, { ...shape, optimizer })
    twin.load(problem.weights)
    const expected = [
      await twin.step(problem, { learningRate: 0.1 }),
      await twin.step(problem, { learningRate: 0.1 }),
    ]
    expect(results.map((result) => result.loss)).toEqual(expected.map((result) => result.loss))
    expect(results[1]?.gradients.embeddings).toBeUndefined()
    await back.mapAsync(0x1)
    expect(new Float32Array(back.getMappedRange())).toEqual(expected[1]?.gradients.embeddings)
    expect(await head.readWeights()).toEqual(await twin.readWeights())
    for (const buffer of [embeddings, target, back]) buffer.destroy()
    head.destroy()
    twin.destroy()
  })

  it('take d loss / d W too', async () => {
    const size = problem.weights.byteLength
    const target = device.createBuffer({ size, usage: 0x80 | 0x4 })
    const back = device.createBuffer({ size, usage: 0x1 | 0x8 })
    const head = await MarginHead.create(device, loss, shape)
    head.load(problem.weights)
    const { gradients } = await head.backward(problem, { classWeightGradients: target })
    expect(gradients.classWeights).toBeUndefined()
    const encoder = device.createCommandEncoder()
    encoder.copyBufferToBuffer(target, 0, back, 0, size)
    device.queue.submit([encoder.finish()])
    await back.mapAsync(0x1)
    const expected = (await head.backward(problem)).gradients.classWeights
    expect(new Float32Array(back.getMappedRange())).toEqual(expected)
    const small = device.createBuffer({ size: 16, usage: 0x80 })
    await expect(head.backward(problem, { classWeightGradients: small })).rejects.toThrow(
      `classWeightGradients is too small (got 16); allowed: at least ${size} bytes`,
    )
    for (const buffer of [target, back, small]) buffer.destroy()
    head.destroy()
  })

  it('do not leak over 1000 steps', async () => {
    const small = createProblem(2, 3, 4)
    const head = await MarginHead.create(device, arcFace(), {
      classes: 3,
      dimension: 4,
      optimizer: { type: 'sgd' },
    })
    head.load(small.weights)
    await head.step(small, { learningRate: 0.01 })
    const { buffers, bytes } = head.memory
    for (let step = 0; step < 1000; step++) await head.step(small, { learningRate: 0.01 })
    expect(head.memory.buffers).toBe(buffers)
    expect(head.memory.bytes).toBe(bytes)
    head.destroy()
    expect(head.memory.buffers).toBe(0)
  })
})
