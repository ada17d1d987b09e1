import { arcFace } from '@arcmargin/core'
import { MarginHead } from '@arcmargin/webgpu'
import { requestDevice } from '../../../scripts/webgpu.mjs'
import { fillClassWeights, readBatch } from '../data/read.js'
import { margin, scale } from '../head.js'
import type { Prepare } from './engine.js'

/** Classes that travel to the device at a time. */
const blockClasses = 50_000

/** Largest limits of the adapter that a head makes use of: fewer buffers. */
const requiredLimits = { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30 }

/**
 * A head on the adapter of Dawn: `backward`, which returns dW as the compositions do, or `step`, which moves the weights instead. Its rate
 * is 0, so that every step meets the same weights.
 */
export const prepareWebGpu =
  (mode: 'backward' | 'step'): Prepare =>
  async ({ folder, shape }) => {
    const { dimension, classes, subCenters } = shape
    const device = await requestDevice({ requiredLimits }).catch(() => requestDevice())
    const head = await MarginHead.create(device, arcFace({ margin, scale }), {
      ...{ classes, dimension, subCenters },
      optimizer: { type: 'sgd' },
    })
    for (let first = 0; first < classes; first += blockClasses) {
      const width = Math.min(blockClasses, classes - first) * dimension * subCenters
      const block = new Float32Array(width)
      fillClassWeights(folder, shape, first, block)
      head.load(block, first)
    }
    const batch = readBatch(folder, shape)
    const embeddingGradients = device.createBuffer({
      size: 4 * batch.embeddings.length,
      usage: GPUBufferUsage.STORAGE,
    })
    const classWeightGradients =
      mode === 'backward'
        ? device.createBuffer({
            size: 4 * classes * subCenters * dimension,
            usage: GPUBufferUsage.STORAGE,
          })
        : undefined
    // Gradients of the compositions stay on the device too.
    const options = {
      embeddingGradients,
      ...(classWeightGradients ? { classWeightGradients } : {}),
    }
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
      async gradients() {
        const { gradients } = await head.backward(batch)
        const { embeddings, classWeights } = gradients
        if (!embeddings || !classWeights) throw new Error('the head returned no gradients')
        return { embeddings, classWeights }
      },
    }
  }
