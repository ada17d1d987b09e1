import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import type * as Ort from 'onnxruntime-web/wasm'

let loading: Promise<typeof Ort> | undefined

/** ONNX Runtime for the web, WebAssembly on one thread; loaded when it is first asked for. */
export const loadRuntime = (): Promise<typeof Ort> => {
  loading ??= import('onnxruntime-web/wasm').then((ort) => {
    ort.env.wasm.wasmPaths = { wasm: new URL(wasm, location.href).href }
    ort.env.wasm.numThreads = 1
    return ort
  })
  return loading
}
