/** TensorFlow.js's webgpu backend in Node, on the device of webgpu.mjs: for tests and measurements. */
import { requestDevice } from './webgpu.mjs'

/**
 * Registers the backend and sets it.
 *
 * @param tf TensorFlow.js's core.
 * @param WebGPUBackend of `@tensorflow/tfjs-backend-webgpu`, which finds no WebGPU in Node by itself.
 * @returns the device that it works on; destroy it at the end.
 */
export const setWebGpuBackend = async (tf, WebGPUBackend) => {
  const device = await requestDevice()
  if (!globalThis.navigator?.gpu) {
    const value = { ...globalThis.navigator, gpu: {} }
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true })
  }
  tf.registerBackend('webgpu', () => new WebGPUBackend(device))
  await tf.setBackend('webgpu')
  return device
}
