import type { WebGPUMemoryInfo } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu.js'
import * as tf from '@tensorflow/tfjs-core'
import { provideWebGpu } from '../../../scripts/webgpu.mjs'
import type { Prepare } from './engine.js'
import { prepareTfjs } from './tfjs.js'
import { composed } from './tfjs-composition.js'

/** The composition on the same adapter. The backend looks for `navigator.gpu` when it is imported. */
export const prepare: Prepare = async (task) => {
  await provideWebGpu()
  await import('@tensorflow/tfjs-backend-webgpu')
  // The backend does not say its version; it is released together with the core.
  const engine = await prepareTfjs('webgpu', tf.version_core, composed)(task)
  let most = 0
  return {
    ...engine,
    async step() {
      const loss = await engine.step()
      // What the backend has freed stays with it for the next step, so this does not fall.
      most = Math.max(most, (tf.memory() as WebGPUMemoryInfo).numBytesAllocatedInGPU)
      return loss
    },
    gpuMb: () => most / 2 ** 20,
  }
}
