/** The program of the page in which `onnx-web-webgpu` computes. */
import * as runtime from 'onnxruntime-web/webgpu'
import { servePage } from '../page/serve-page.js'
import { runOnnx } from './onnx-run.js'

runtime.env.wasm.wasmPaths = '/ort/'
runtime.env.wasm.numThreads = 1

// Every graph is compiled for the adapter, which takes long in software: the logits' is left out.
const options = { session: { executionProviders: ['webgpu'] }, logits: false } as const
servePage({ 'onnx-web-webgpu': { run: runOnnx(async () => runtime, options) } })
