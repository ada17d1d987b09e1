/** The program of the page in which `onnx-web-wasm-chromium` computes. */
import * as runtime from 'onnxruntime-web/wasm'
import { servePage } from '../page/serve-page.js'
import { runOnnx } from './onnx-run.js'

runtime.env.wasm.wasmPaths = '/ort/'
runtime.env.wasm.numThreads = 1

servePage({ 'onnx-web-wasm-chromium': { run: runOnnx(async () => runtime) } })
