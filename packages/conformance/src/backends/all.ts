import type { Backend } from '../backend.js'
import { coreF32, coreF64 } from './core.js'
import { onnxNode, onnxWebWasm } from './onnx.js'
import { onnxWebWasmChromium, onnxWebWebgpu } from './onnx-chromium.js'
import {
  tfjsCpu,
  tfjsWasm,
  tfjsWasmFused,
  tfjsWebglChromium,
  tfjsWebgpuChromium,
  tfjsWebgpuNode,
} from './tfjs.js'
import { wasm1, wasm2 } from './wasm.js'
import { wasmChromium } from './wasm-chromium.js'
import { webgpuChromium, webgpuNode } from './webgpu.js'

/** Every backend by name. */
export const backends: readonly Backend[] = [
  coreF64,
  coreF32,
  wasm1,
  wasm2,
  wasmChromium,
  onnxNode,
  onnxWebWasm,
  onnxWebWasmChromium,
  onnxWebWebgpu,
  webgpuNode,
  webgpuChromium,
  tfjsCpu,
  tfjsWasm,
  tfjsWasmFused,
  tfjsWebgpuNode,
  tfjsWebgpuChromium,
  tfjsWebglChromium,
]
