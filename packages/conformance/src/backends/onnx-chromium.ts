import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Backend, float32 } from '../backend.js'
import { mappings } from '../mappings/all.js'
import { inChromium } from '../page/in-chromium.js'

/** Where ONNX Runtime's WebAssembly lies. */
const directories = { '/ort': dirname(fileURLToPath(import.meta.resolve('onnxruntime-web'))) }

/** `@arcmargin/onnx` on ONNX Runtime for the web, WebAssembly, in Chromium. */
export const onnxWebWasmChromium: Backend = inChromium(
  { name: 'onnx-web-wasm-chromium', tolerance: float32 },
  { program: new URL('onnx-wasm-page.ts', import.meta.url), directories },
)

const skips = Object.fromEntries(
  [...Object.keys(mappings), 'kappaface_weights']
    .filter((loss) => loss !== 'cosface')
    .map((loss) => [loss, 'an adapter in software is slow: cosface alone runs there']),
)

/** `@arcmargin/onnx` on ONNX Runtime's WebGPU provider in Chromium, on its driver in software where there is no GPU. */
export const onnxWebWebgpu: Backend = inChromium(
  { name: 'onnx-web-webgpu', tolerance: float32, skips },
  {
    program: new URL('onnx-webgpu-page.ts', import.meta.url),
    flags: ['--enable-unsafe-webgpu'],
    directories,
  },
)
