import * as tf from '@tensorflow/tfjs-core'
import { ContextLostError } from './errors.js'

/** What TensorFlow.js's GPU backends show of the GPU: webgpu its device, webgl its context. Other backends have neither. */
interface GpuBackend {
  readonly device?: GPUDevice
  readonly gpgpu?: { readonly gl: WebGLRenderingContext }
}

/** Why devices that were lost are gone; undefined while they live. */
const lost = new WeakMap<GPUDevice, string | undefined>()

/** The backend that is set, watched from here on: WebGPU tells of a loss once, and WebGL when asked. */
export const watchedBackend = (): GpuBackend => {
  const backend = tf.backend() as GpuBackend
  const { device } = backend
  if (device && !lost.has(device)) {
    lost.set(device, undefined)
    void device.lost.then(({ reason, message }) => lost.set(device, `${reason}: ${message}`))
  }
  return backend
}

/** Refuses to go on with a backend whose GPU is gone. */
export const checkGpu = ({ device, gpgpu }: GpuBackend): void => {
  const reason = device && lost.get(device)
  if (reason !== undefined) throw new ContextLostError('webgpu', reason)
  if (gpgpu?.gl.isContextLost()) throw new ContextLostError('webgl', 'the browser took it away')
}

/** Whether the backend that is set works on a GPU. */
export const isOnGpu = (): boolean => {
  const { device, gpgpu } = tf.backend() as GpuBackend
  return device !== undefined || gpgpu !== undefined
}
