import * as tf from '@tensorflow/tfjs-core'
import '@arcmargin/tfjs/webgpu'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { setWebGpuBackend } from '../../../../scripts/tfjs-webgpu.mjs'
import type { Backend } from '../backend.js'
import { inChromium } from '../page/in-chromium.js'
import { runPairsOn } from './tfjs-pairs-run.js'
import { exactness, runOn } from './tfjs-run.js'

const inNode = (name: string): Backend => ({
  name: `tfjs-${name}`,
  ...exactness,
  run: runOn(() => tf.setBackend(name)),
  runPairs: runPairsOn(() => tf.setBackend(name)),
})

/** `@arcmargin/tfjs` on TensorFlow.js's plain JavaScript backend. */
export const tfjsCpu: Backend = inNode('cpu')

/** `@arcmargin/tfjs` on TensorFlow.js's WebAssembly backend. */
export const tfjsWasm: Backend = inNode('wasm')

/** The same with the kernels of `@arcmargin/wasm`. They act from their import on, which the backends above have to do without. */
export const tfjsWasmFused: Backend = {
  name: 'tfjs-wasm-fused',
  ...exactness,
  run: runOn(async () => {
    await import('@arcmargin/tfjs/wasm')
    await tf.setBackend('wasm')
  }),
}

let device: Promise<GPUDevice> | undefined

/** `@arcmargin/tfjs` with its fused kernels on TensorFlow.js's webgpu backend, on Dawn in this process. */
export const tfjsWebgpuNode: Backend = {
  name: 'tfjs-webgpu-node',
  ...exactness,
  run: runOn(() => {
    device ??= setWebGpuBackend(tf, WebGPUBackend)
    return device
  }),
  close: async () => (await device)?.destroy(),
}

const program = new URL('tfjs-page.ts', import.meta.url)

/** The same in Chromium. */
export const tfjsWebgpuChromium: Backend = inChromium(
  { name: 'tfjs-webgpu-chromium', ...exactness },
  { program, flags: ['--enable-unsafe-webgpu'] },
)

/** `@arcmargin/tfjs` with its formulas as GLSL on TensorFlow.js's webgl backend in Chromium. */
export const tfjsWebglChromium: Backend = inChromium(
  { name: 'tfjs-webgl-chromium', ...exactness },
  { program },
)
