import type { Backend } from '../backend.js'
import { common, type Runtime, runOnnx } from './onnx-run.js'

/** `@arcmargin/onnx` on ONNX Runtime for Node. */
export const onnxNode: Backend = {
  name: 'onnx-node',
  ...common,
  run: runOnnx(async () => (await import('onnxruntime-node')) as Runtime),
}

/** `@arcmargin/onnx` on ONNX Runtime for the web, WebAssembly, in Node. */
export const onnxWebWasm: Backend = {
  name: 'onnx-web-wasm',
  ...common,
  run: runOnnx(async () => {
    const runtime = await import('onnxruntime-web')
    runtime.env.wasm.numThreads = 1
    return runtime as Runtime
  }),
}
