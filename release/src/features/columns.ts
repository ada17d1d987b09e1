/** A column of the table: a backend of the conformance suite, and how it is called there. */
export interface Column {
  readonly backend: string
  readonly title: string
  readonly runsIn: string
}

/** Every backend of the conformance suite, in the order of the columns. */
export const columns: readonly Column[] = [
  { backend: 'core-f64', title: 'core<br>float64', runsIn: 'JavaScript, float64' },
  { backend: 'core-f32', title: 'core<br>float32', runsIn: 'JavaScript, float32 arrays' },
  { backend: 'wasm-1', title: 'wasm<br>1 thread', runsIn: 'WebAssembly in Node' },
  { backend: 'wasm-2', title: 'wasm<br>2 threads', runsIn: 'WebAssembly in Node' },
  { backend: 'wasm-chromium', title: 'wasm<br>page', runsIn: 'WebAssembly in Chromium' },
  { backend: 'webgpu-node', title: 'webgpu<br>Node', runsIn: 'Dawn in Node' },
  { backend: 'webgpu-chromium', title: 'webgpu<br>page', runsIn: 'Chromium' },
  { backend: 'tfjs-cpu', title: 'tfjs<br>cpu', runsIn: 'TensorFlow.js in Node' },
  { backend: 'tfjs-wasm', title: 'tfjs<br>wasm', runsIn: 'TensorFlow.js in Node' },
  {
    backend: 'tfjs-wasm-fused',
    title: 'tfjs<br>wasm fused',
    runsIn: 'TensorFlow.js in Node, with `@arcmargin/tfjs/wasm`',
  },
  { backend: 'tfjs-webgl-chromium', title: 'tfjs<br>webgl', runsIn: 'TensorFlow.js in Chromium' },
  { backend: 'tfjs-webgpu-node', title: 'tfjs<br>webgpu', runsIn: 'TensorFlow.js, Dawn in Node' },
  {
    backend: 'tfjs-webgpu-chromium',
    title: 'tfjs<br>webgpu page',
    runsIn: 'TensorFlow.js in Chromium',
  },
  { backend: 'onnx-node', title: 'onnx<br>Node', runsIn: 'onnxruntime-node' },
  { backend: 'onnx-web-wasm', title: 'onnx<br>web', runsIn: 'onnxruntime-web in Node' },
  {
    backend: 'onnx-web-wasm-chromium',
    title: 'onnx<br>web page',
    runsIn: 'onnxruntime-web in Chromium',
  },
  {
    backend: 'onnx-web-webgpu',
    title: 'onnx<br>web webgpu',
    runsIn: 'onnxruntime-web, WebGPU in Chromium',
  },
]
