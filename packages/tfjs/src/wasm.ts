import * as tf from '@tensorflow/tfjs-core'
import { type HostAttributes, hostKernel } from './fused/host-kernel.js'
import { cpuMemory, type HostMemory, wasmMemory } from './fused/host-memory.js'
import { wasmStep } from './fused/wasm-step.js'

export { ready, WebAssemblyUnavailableError } from '@arcmargin/wasm'

/**
 * Importing this module makes `marginLoss` and `MarginHead` run on the kernels of `@arcmargin/wasm` where TensorFlow.js's wasm or cpu
 * backend is set: on the calling thread, and on the numbers of its tensors in place.
 */
const register = <Backend>(backendName: string, memoryOf: (backend: Backend) => HostMemory): void =>
  tf.registerKernel({
    kernelName: hostKernel,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) =>
      wasmStep(
        memoryOf(backend as Backend),
        inputs as Record<string, tf.TensorInfo>,
        attrs as unknown as HostAttributes,
      ),
  })

register('cpu', cpuMemory)
register('wasm', wasmMemory)
