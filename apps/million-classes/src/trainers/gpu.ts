import { LimitError, MarginHead } from '@arcmargin/webgpu'
import { countableClasses, dimension, loss } from '../task/job.js'

/** The head's optimiser: with plain SGD the weights are all that is stored. */
export const optimizer = { type: 'sgd' } as const

/** Bytes that a class takes, by the head's own refusal: a head that may take no memory names what it needs before it allocates anything. */
const bytesPerClass = async (device: GPUDevice): Promise<number> => {
  try {
    const shape = { classes: countableClasses, dimension, optimizer, memoryLimit: 0 }
    const head = await MarginHead.create(device, loss, shape)
    head.destroy()
  } catch (error) {
    if (error instanceof LimitError) return error.needed / countableClasses
    throw error
  }
  throw new Error('A head without memory was not refused.')
}

/** A GPU and how much of a head it takes. */
export interface Gpu {
  readonly device: GPUDevice
  /** As the browser names it; empty where it does not. */
  readonly name: string
  /** Bytes of a class in the head. */
  readonly bytesPerClass: number
  /** Bytes that weights may take: the adapter's largest buffer. Browsers tell nothing else of a GPU's memory. */
  readonly memoryLimit: number
  /** Classes whose weights fit into them. */
  readonly mostClasses: number
}

/**
 * The browser's best GPU with all the buffers that it allows.
 *
 * @returns undefined where there is no WebGPU.
 */
export const openGpu = async (): Promise<Gpu | undefined> => {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) return undefined
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    // Threads read for one another.
    requiredFeatures: adapter.features.has('subgroups') ? ['subgroups'] : [],
  })
  const bytes = await bytesPerClass(device)
  const { vendor, architecture, description } = adapter.info
  return {
    device,
    name: description || [vendor, architecture].filter(Boolean).join(' '),
    bytesPerClass: bytes,
    memoryLimit: maxBufferSize,
    mostClasses: Math.min(countableClasses, Math.floor(maxBufferSize / bytes)),
  }
}
