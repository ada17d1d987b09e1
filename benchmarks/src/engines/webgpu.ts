import { arcFace } from '@arcmargin/core'
import { type HeadShape, MarginHead } from '@arcmargin/webgpu'
import { requestDevice } from '../../../scripts/webgpu.mjs'
import { type Batch, fillClassWeights, readBatch } from '../data/read.js'
import { sampledClasses } from '../data/sample.js'
import { margin, scale } from '../head.js'
import type { Gradients, Prepare, Task } from './engine.js'

/** Classes that travel to the device at a time. */
const blockClasses = 50_000

/** What a head makes use of: buffers of up to a gigabyte, and neighbours that swap values. */
const descriptor = ({ limits, features }: GPUAdapter): GPUDeviceDescriptor => ({
  requiredLimits: {
    maxBufferSize: Math.min(limits.maxBufferSize, 2 ** 30),
    maxStorageBufferBindingSize: Math.min(limits.maxStorageBufferBindingSize, 2 ** 30),
  },
  requiredFeatures: features.has('subgroups') ? ['subgroups'] : [],
})

const createHead = async (
  { folder, shape }: Task,
  device: GPUDevice,
  options: Partial<HeadShape>,
): Promise<MarginHead> => {
  const { dimension, classes, subCenters } = shape
  const head = await MarginHead.create(device, arcFace({ margin, scale }), {
    ...{ classes, dimension, subCenters },
    optimizer: { type: 'sgd' },
    ...options,
  })
  for (let first = 0; first < classes; first += blockClasses) {
    const width = Math.min(blockClasses, classes - first) * dimension * subCenters
    const block = new Float32Array(width)
    fillClassWeights(folder, shape, first * subCenters, block)
    head.load(block, first)
  }
  return head
}

const areEqual = (one: Float32Array, other: Float32Array): boolean =>
  Buffer.from(one.buffer, one.byteOffset, one.byteLength).equals(
    Buffer.from(other.buffer, other.byteOffset, other.byteLength),
  )

/** Both gradients, twice: the same pass gives the same bits. */
const allGradients = async (head: MarginHead, batch: Batch): Promise<Gradients> => {
  const passes = []
  for (let pass = 0; pass < 2; pass++) {
    const { embeddings, classWeights } = (await head.backward(batch)).gradients
    if (!embeddings || !classWeights) throw new Error('the head returned no gradients')
    passes.push({ embeddings, classWeights })
  }
  const [first, again] = passes as [(typeof passes)[0], (typeof passes)[0]]
  const sameBits =
    areEqual(first.embeddings, again.embeddings) && areEqual(first.classWeights, again.classWeights)
  return { ...first, sameBits }
}

/** Weights of some classes, [classes, K, D]. */
const readClasses = async (head: MarginHead, classes: readonly number[]): Promise<Float32Array> => {
  const rows: Float32Array[] = []
  for (const label of classes) rows.push(await head.readWeights(label, 1))
  const [{ length } = new Float32Array()] = rows
  const values = new Float32Array(classes.length * length)
  rows.forEach((row, index) => {
    values.set(row, index * length)
  })
  return values
}

/** Rate of the step that is looked at: far more than the rounding of the weights. */
const farRate = 1000

/**
 * Gradients as one step of SGD moves the weights, for some classes. Its d loss / d X are compared with those of the last timed
 * step, which left the weights alone: the same step gives the same bits.
 */
const gradientsOfStep = async (
  head: MarginHead,
  batch: Batch,
  classes: readonly number[],
  timed: Float32Array,
): Promise<Gradients> => {
  const before = await readClasses(head, classes)
  const { gradients } = await head.step(batch, { learningRate: farRate })
  const after = await readClasses(head, classes)
  const { embeddings } = gradients
  if (!embeddings) throw new Error('the head returned no gradients')
  const classWeights = before.map((value, index) => (value - (after[index] as number)) / farRate)
  return { embeddings, classWeights, classes, sameBits: areEqual(embeddings, timed) }
}

/** Values of a buffer. */
const download = async (device: GPUDevice, source: GPUBuffer): Promise<Float32Array> => {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST
  const target = device.createBuffer({ size: source.size, usage })
  const encoder = device.createCommandEncoder()
  encoder.copyBufferToBuffer(source, 0, target, 0, source.size)
  device.queue.submit([encoder.finish()])
  await target.mapAsync(GPUMapMode.READ)
  const values = new Float32Array(target.getMappedRange().slice(0))
  target.destroy()
  return values
}

/**
 * A head on the adapter of Dawn: `backward`, which returns dW as the compositions do, or `step`, which moves the weights instead. Its rate
 * is 0, so that every timed step meets the same weights.
 */
export const prepareWebGpu =
  (mode: 'backward' | 'step', headOptions: Partial<HeadShape> = {}): Prepare =>
  async (task) => {
    const { folder, shape } = task
    const device = await requestDevice(descriptor)
    const head = await createHead(task, device, headOptions)
    const batch = readBatch(folder, shape)
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC
    const embeddingGradients = device.createBuffer({ size: 4 * batch.embeddings.length, usage })
    const { classes, subCenters, dimension } = shape
    const size = 4 * classes * subCenters * dimension
    const classWeightGradients =
      mode === 'backward' ? device.createBuffer({ size, usage }) : undefined
    // Gradients of the compositions stay on the device too.
    const options = {
      embeddingGradients,
      ...(classWeightGradients ? { classWeightGradients } : {}),
    }
    const sample = mode === 'step' ? sampledClasses(shape, batch.labels) : undefined
    return {
      versions: {},
      async step() {
        const result =
          mode === 'step'
            ? await head.step(batch, { ...options, learningRate: 0 })
            : await head.backward(batch, options)
        return result.loss
      },
      gpuMb: () => (head.memory.peak + (classWeightGradients?.size ?? 0)) / 2 ** 20,
      gradients: async () =>
        sample
          ? gradientsOfStep(head, batch, sample, await download(device, embeddingGradients))
          : allGradients(head, batch),
    }
  }
