import * as tf from '@tensorflow/tfjs-core'
import { provideWebGpu } from '../../../scripts/webgpu.mjs'
import type { Prepare } from './engine.js'
import type { TensorStep } from './tensor-step.js'
import { prepareTfjs } from './tfjs.js'

/** Counts the bytes of a device's buffers, whoever makes them. */
const countBuffers = (device: GPUDevice): (() => number) => {
  const create = device.createBuffer.bind(device)
  let [now, most] = [0, 0]
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor)
    const destroy = buffer.destroy.bind(buffer)
    let size = descriptor.size
    now += size
    most = Math.max(most, now)
    buffer.destroy = () => {
      now -= size
      size = 0
      return destroy()
    }
    return buffer
  }
  return () => most
}

/** A step on TensorFlow.js's webgpu backend, on Dawn. The backend looks for `navigator.gpu` when it is imported. */
export const prepareOnWebGpu =
  (step: TensorStep): Prepare =>
  async (task) => {
    await provideWebGpu()
    await import('@tensorflow/tfjs-backend-webgpu')
    await tf.setBackend('webgpu')
    const peak = countBuffers((tf.backend() as unknown as { readonly device: GPUDevice }).device)
    // The backend does not say its version; it is released together with the core.
    const engine = await prepareTfjs('webgpu', tf.version_core, step)(task)
    return { ...engine, gpuMb: () => peak() / 2 ** 20 }
  }
