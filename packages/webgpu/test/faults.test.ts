import {
  adaCos,
  arcFace,
  defineLoss,
  LabelError,
  NonFiniteError,
  ParameterError,
} from '@arcmargin/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { pipelineOf } from '../src/device/pipelines.js'
import {
  DestroyedError,
  DeviceLostError,
  LimitError,
  MarginHead,
  OutOfMemoryError,
  ShaderError,
} from '../src/index.js'
import { testDevice } from './support/device.js'
import { createProblem } from './support/problem.js'

let device: GPUDevice

beforeAll(async () => {
  device = await testDevice()
})

const problem = createProblem(4, 7, 4)
const shape = { classes: 7, dimension: 4, optimizer: { type: 'sgd', momentum: 0.9 } } as const

/** A definition without a margin. */
const plain = {
  name: 'Mine',
  citation: '',
  parameters: {},
  target: 'cosTheta',
  other: 'cosTheta',
}

const createHead = async (on: GPUDevice = device): Promise<MarginHead> => {
  const head = await MarginHead.create(on, arcFace({ scale: 8 }), shape)
  head.load(problem.weights)
  return head
}

/** The device, but for some of its properties. */
const otherwise = (properties: object): GPUDevice =>
  new Proxy(device, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in properties ? properties : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

/** The device with other limits, which a head reads before it allocates. */
const limited = (limits: Readonly<Record<string, number>>): GPUDevice => {
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } =
    device.limits
  const own = { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage }
  return otherwise({ limits: { ...own, ...limits } })
}

describe('refusals', () => {
  it('a device without the needed limits is told which', async () => {
    const few = MarginHead.create(limited({ maxStorageBuffersPerShaderStage: 4 }), arcFace(), shape)
    await expect(few).rejects.toThrow(LimitError)
    await expect(few).rejects.toThrow(/storage buffers of \w+: \d needed, 4 available/)
  })

  it('a class that fits into no buffer, and more bytes than the caller allows', async () => {
    const wide = MarginHead.create(limited({ maxBufferSize: 1024 }), arcFace(), {
      classes: 2,
      dimension: 400,
    })
    await expect(wide).rejects.toThrow('bytes of one class: 1600 needed, 1024 available')
    const limitedBytes = MarginHead.create(device, arcFace(), { ...shape, memoryLimit: 200 })
    await expect(limitedBytes).rejects.toThrow('bytes of weights and optimiser: 224 needed, 200')
  })

  it('a device that reports itself out of memory, after which nothing is left allocated', async () => {
    let [made, released] = [0, 0]
    const full = otherwise({
      createBuffer: (descriptor: GPUBufferDescriptor): GPUBuffer => {
        const buffer = device.createBuffer(descriptor)
        const release = buffer.destroy.bind(buffer)
        buffer.destroy = () => {
          released++
          release()
        }
        made++
        return buffer
      },
      popErrorScope: async (): Promise<GPUError | null> => {
        const error = await device.popErrorScope()
        return made > 1 ? new GPUOutOfMemoryError('no room') : error
      },
    })
    const head = MarginHead.create(full, arcFace(), shape)
    await expect(head).rejects.toThrow(OutOfMemoryError)
    await expect(head).rejects.toMatchObject({ bytes: 112 })
    expect([made, released]).toEqual([2, 2])
  })

  it('a shader that does not compile, with its line', async () => {
    const kernel = { name: 'broken', bindings: {}, threads: 1, body: '  let x: u32 = 1f;' }
    await expect(pipelineOf(device, kernel)).rejects.toThrow(ShaderError)
    await expect(pipelineOf(device, kernel)).rejects.toThrow(/line \d+: [\s\S]*let x: u32 = 1f;/)
  })

  it('labels, shapes and sizes', async () => {
    const head = await createHead()
    await expect(head.forward({ ...problem, labels: [0, 1, 7, 2] })).rejects.toThrow(LabelError)
    await expect(head.forward({ ...problem, labels: [0, 1] })).rejects.toThrow(
      'embeddings has the wrong length (got 16); allowed: 2 rows of 4 float32 values',
    )
    expect(() => head.load(new Float32Array(5))).toThrow('weights has 5 values')
    expect(() => head.load(new Float32Array(8), 6)).toThrow(ParameterError)
    await expect(
      MarginHead.create(device, arcFace(), { classes: 0, dimension: 4 }),
    ).rejects.toThrow('classes is out of range (got 0)')
    head.destroy()
  })

  it('a softmax over the sub-centers whose temperature is 0', async () => {
    const loss = defineLoss({ ...plain, pooling: { temperature: '0' } })()
    const head = await MarginHead.create(device, loss, { ...shape, subCenters: 2 })
    await expect(head.forward(problem)).rejects.toThrow(
      'pooling.temperature is out of range (got 0); allowed: a formula whose value is finite and above 0',
    )
    head.destroy()
  })
})

describe('numbers that are not finite', () => {
  it('are named with their row, and nothing moves', async () => {
    const head = await createHead()
    const embeddings = Float32Array.from(problem.embeddings)
    embeddings[2 * 4 + 3] = Number.NaN
    embeddings[3 * 4] = Number.POSITIVE_INFINITY
    const failed = head.step({ ...problem, embeddings }, { learningRate: 0.1 })
    await expect(failed).rejects.toThrow(NonFiniteError)
    await expect(failed).rejects.toMatchObject({ argument: 'embeddings', row: 2 })
    expect(await head.readWeights()).toEqual(problem.weights)
    const buffer = device.createBuffer({ size: 4 * embeddings.length, usage: 0x80 | 0x8 })
    device.queue.writeBuffer(buffer, 0, embeddings)
    const fromBuffer = head.step({ ...problem, embeddings: buffer }, { learningRate: 0.1 })
    await expect(fromBuffer).rejects.toMatchObject({ argument: 'embeddings', row: 2 })
    buffer.destroy()
    expect(await head.readWeights()).toEqual(problem.weights)
    head.load(Float32Array.of(1, 2, Number.NEGATIVE_INFINITY, 4), 5)
    await expect(head.step(problem, { learningRate: 0.1 })).rejects.toMatchObject({
      argument: 'classWeights',
      row: 5,
    })
    expect(await head.readWeights(0, 5)).toEqual(problem.weights.slice(0, 20))
    head.destroy()
  })

  it.each<[string, object, number]>([
    ['the logarithm of a cosine below 0', { target: 'log(cosTheta - 0.1)' }, 1],
    ['a division by the angle', { target: '1/theta' }, 0],
    ['a term', { reduction: { positive: '1/(logit - 1)', negative: 'logit' } }, 0],
    ['a regulariser', { regularizer: { sample: 'log(featureNorm - 1)' } }, 0],
  ])('of a formula are named with their row, and nothing moves: %s', async (_, fields, row) => {
    const loss = defineLoss({ ...plain, ...fields })()
    const axes = {
      embeddings: Float32Array.of(1, 0, 0, 2, 3, 4), // row 0 lies on its class weight
      labels: [0, 2, 1],
    }
    const weights = Float32Array.of(1, 0, 0, 1, -1, 0)
    const head = await MarginHead.create(device, loss, { ...shape, classes: 3, dimension: 2 })
    head.load(weights)
    const step = head.step(axes, { learningRate: 0.1 })
    await expect(step).rejects.toThrow(NonFiniteError)
    await expect(step).rejects.toMatchObject({ argument: 'losses', row })
    await expect(step).rejects.toThrow('formulas of Mine that are finite')
    expect(await head.readWeights()).toEqual(weights)
    head.destroy()
  })

  it('leave the state of the loss and the count of the optimiser alone', async () => {
    const embeddings = Float32Array.from(problem.embeddings).fill(Number.NaN, 0, 1)
    const results = []
    for (const batch of [{ ...problem, embeddings }, undefined]) {
      const optimizer = { type: 'adamw' } as const
      const head = await MarginHead.create(device, adaCos(), { ...shape, optimizer })
      head.load(problem.weights)
      await head.step(problem, { learningRate: 0.1 })
      const refused = batch && head.step(batch, { learningRate: 0.1 })
      if (refused) await expect(refused).rejects.toThrow(NonFiniteError)
      const { loss, state } = await head.step(problem, { learningRate: 0.1 })
      results.push({ loss, state, weights: await head.readWeights() })
      head.destroy()
    }
    expect(results[0]).toEqual(results[1])
  })
})

describe('a device that goes away', () => {
  it('rejects the step that it interrupts, and the head goes on elsewhere from the last sync', async () => {
    const doomed = await testDevice()
    const [head, twin] = [await createHead(doomed), await createHead()]
    for (const one of [head, twin]) await one.step(problem, { learningRate: 0.1 })
    await head.sync()
    const interrupted = head.step(problem, { learningRate: 0.1 })
    doomed.destroy()
    await expect(interrupted).rejects.toThrow(DeviceLostError)
    await expect(head.forward(problem)).rejects.toThrow(DeviceLostError)
    expect(() => head.load(problem.weights)).toThrow(DeviceLostError)
    await head.recover(device)
    const results = [
      await head.step(problem, { learningRate: 0.1 }),
      await twin.step(problem, { learningRate: 0.1 }),
    ]
    expect(results[0]).toEqual(results[1])
    expect(await head.readWeights()).toEqual(await twin.readWeights())
    head.destroy()
    twin.destroy()
  })

  it('without a sync there is nothing to recover from', async () => {
    const doomed = await testDevice()
    const head = await createHead(doomed)
    doomed.destroy()
    await expect(head.recover(device)).rejects.toThrow('keeps nothing to recover from')
  })
})

describe('after destroy', () => {
  it('every use is refused, and no buffer is left', async () => {
    const head = await createHead()
    await head.forward(problem)
    head.destroy()
    expect(head.memory.buffers).toBe(0)
    await expect(head.forward(problem)).rejects.toThrow(DestroyedError)
    await expect(head.readWeights()).rejects.toThrow(DestroyedError)
    await expect(head.predict(problem.embeddings)).rejects.toThrow(DestroyedError)
    await expect(head.topK(problem.embeddings, 1)).rejects.toThrow(DestroyedError)
    await expect(head.recover(device)).rejects.toThrow(DestroyedError)
    expect(() => head.load(problem.weights)).toThrow(DestroyedError)
  })
})
