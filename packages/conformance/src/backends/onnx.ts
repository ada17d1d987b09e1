import { type Backend, float32 } from '../backend.js'
import { runOnnxPairs } from './onnx-pairs-run.js'
import { type Runtime, runOnnx } from './onnx-run.js'

const forNode = async (): Promise<Runtime> => (await import('onnxruntime-node')) as Runtime

const forWeb = async (): Promise<Runtime> => {
  const runtime = await import('onnxruntime-web')
  runtime.env.wasm.numThreads = 1
  return runtime as Runtime
}

/** `@arcmargin/onnx` on ONNX Runtime for Node. */
export const onnxNode: Backend = {
  name: 'onnx-node',
  tolerance: float32,
  run: runOnnx(forNode),
  runPairs: runOnnxPairs(forNode),
}

/** `@arcmargin/onnx` on ONNX Runtime for the web, WebAssembly, in Node. */
export const onnxWebWasm: Backend = {
  name: 'onnx-web-wasm',
  tolerance: float32,
  run: runOnnx(forWeb),
  runPairs: runOnnxPairs(forWeb),
}
