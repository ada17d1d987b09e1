import { fileURLToPath } from 'node:url'
import type { RoofName } from '../roofline/roofs.js'
import type { Task } from './engine.js'

/** How to start the process of an engine. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** What to say when there is no such command. */
  readonly missing: string
}

/** An engine as the command line knows it. */
export interface Engine {
  readonly name: string
  /** One line for the help. */
  readonly about: string
  /** Whether it is a package of this project. */
  readonly own: boolean
  /** Numbers of threads that it can run with. */
  readonly threads: readonly number[]
  readonly roof: RoofName
  /** Whether it has sub-centers. */
  readonly subCenters: boolean
  /** Largest shape in GFLOP that it is measured on unless it is asked for by name. */
  readonly upTo: number
  /** @param host the bundled `run/host.ts`. */
  launch(task: Task, host: string): Launch
}

/** Keeps glibc from giving every freed array back to the system, only to be handed zeroed pages again in the next step. */
const keepPages = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '4294967296' }

const inNode =
  (name: string, settings: Readonly<Record<string, string>> = {}): Engine['launch'] =>
  (task, host) => ({
    command: process.execPath,
    args: [host, name, JSON.stringify(task)],
    env: { ...process.env, ...settings },
    missing: `${process.execPath} is gone`,
  })

const webGlProgram = fileURLToPath(new URL('./tfjs-webgl-page.ts', import.meta.url))

/** A page that a process of Node drives. What the browser leaves in its profile goes with the folder of the problem. */
const inChromium =
  (name: string): Engine['launch'] =>
  (task, host) => {
    const launch = inNode(name)({ ...task, program: webGlProgram }, host)
    return { ...launch, env: { ...launch.env, TMPDIR: task.folder } }
  }

const torchHost = fileURLToPath(new URL('../../python/torch_host.py', import.meta.url))

/** Debian's Python, whatever else is on the path. Settings that would slow PyTorch down are taken out. */
const inPython =
  (settings: Readonly<Record<string, string>>): Engine['launch'] =>
  (task) => {
    const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env
    const threads = String(task.threads)
    return {
      command: '/usr/bin/python3',
      args: [torchHost, JSON.stringify(task)],
      env: { ...rest, ...settings, OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads },
      missing: 'python3-torch is not installed: apt-get install python3-torch libopenblas0-pthread',
    }
  }

/** Core with float64 gradients, with which all others are compared. */
export const launchReference: Engine['launch'] = inNode('reference')

/** Every engine. */
export const engines: readonly Engine[] = [
  {
    name: 'core',
    about: '@arcmargin/core: plain JavaScript, float64 arithmetic',
    own: true,
    threads: [1],
    roof: 'simd128',
    subCenters: true,
    upTo: 4,
    launch: inNode('core'),
  },
  {
    name: 'wasm',
    about: '@arcmargin/wasm: WebAssembly SIMD and threads',
    own: true,
    threads: [1, 2],
    roof: 'simd128',
    subCenters: true,
    upTo: Infinity,
    launch: inNode('wasm'),
  },
  {
    name: 'onnxruntime-node',
    about: 'the graph of @arcmargin/onnx in ONNX Runtime, native',
    own: true,
    threads: [1, 2],
    roof: 'native',
    subCenters: true,
    upTo: Infinity,
    launch: inNode('onnxruntime-node', keepPages),
  },
  {
    name: 'onnxruntime-web',
    about: 'the same graph in ONNX Runtime’s WebAssembly build',
    own: true,
    threads: [1, 2],
    roof: 'simd128',
    subCenters: true,
    upTo: 4,
    launch: inNode('onnxruntime-web'),
  },
  {
    name: 'arcmargin-tfjs-cpu',
    about:
      '@arcmargin/tfjs on TensorFlow.js’ JavaScript backend, with the kernels of @arcmargin/wasm',
    own: true,
    threads: [1],
    roof: 'simd128',
    subCenters: true,
    upTo: 4,
    launch: inNode('arcmargin-tfjs-cpu'),
  },
  {
    name: 'arcmargin-tfjs-wasm',
    about: 'the same on its WebAssembly backend',
    own: true,
    threads: [1],
    roof: 'simd128',
    subCenters: true,
    upTo: 4,
    launch: inNode('arcmargin-tfjs-wasm'),
  },
  {
    name: 'arcmargin-tfjs-wasm-general',
    about: 'the same without those kernels, on tensor ops',
    own: true,
    threads: [1],
    roof: 'simd128',
    subCenters: true,
    upTo: 4,
    launch: inNode('arcmargin-tfjs-wasm-general'),
  },
  {
    name: 'tfjs-cpu',
    about: 'TensorFlow.js, JavaScript backend, composed with explicit transposes',
    own: false,
    threads: [1],
    roof: 'simd128',
    subCenters: false,
    upTo: 4,
    launch: inNode('tfjs-cpu'),
  },
  {
    name: 'tfjs-wasm',
    about: 'the same composition on the WebAssembly backend',
    own: false,
    threads: [1],
    roof: 'simd128',
    subCenters: false,
    upTo: 4,
    launch: inNode('tfjs-wasm'),
  },
  {
    name: 'tfjs-cpu-autograd',
    about: 'TensorFlow.js, JavaScript backend, as it is usually written: gradients by the library',
    own: false,
    threads: [1],
    roof: 'simd128',
    subCenters: false,
    upTo: 4,
    launch: inNode('tfjs-cpu-autograd'),
  },
  {
    name: 'tfjs-wasm-autograd',
    about: 'the same on the WebAssembly backend',
    own: false,
    threads: [1],
    roof: 'simd128',
    subCenters: false,
    upTo: 4,
    launch: inNode('tfjs-wasm-autograd'),
  },
  {
    name: 'tfjs-webgpu',
    about: 'the same on its WebGPU backend, on Dawn',
    own: false,
    threads: [1],
    roof: 'gpu',
    subCenters: false,
    upTo: 0.6,
    launch: inNode('tfjs-webgpu'),
  },
  {
    name: 'arcmargin-tfjs-webgpu',
    about: '@arcmargin/tfjs on that backend, with the kernels of @arcmargin/webgpu',
    own: true,
    threads: [1],
    roof: 'gpu',
    subCenters: true,
    upTo: Infinity,
    launch: inNode('arcmargin-tfjs-webgpu'),
  },
  {
    name: 'tfjs-webgl',
    about: 'the same composition on the WebGL backend, in Chromium',
    own: false,
    threads: [1],
    roof: 'gpu',
    subCenters: false,
    upTo: 0.6,
    launch: inChromium('tfjs-webgl'),
  },
  {
    name: 'arcmargin-tfjs-webgl',
    about: '@arcmargin/tfjs on that backend',
    own: true,
    threads: [1],
    roof: 'gpu',
    subCenters: true,
    upTo: Infinity,
    launch: inChromium('arcmargin-tfjs-webgl'),
  },
  {
    name: 'webgpu-backward',
    about: '@arcmargin/webgpu on Dawn: both gradients',
    own: true,
    threads: [1],
    roof: 'gpu',
    subCenters: true,
    upTo: 6,
    launch: inNode('webgpu-backward'),
  },
  {
    name: 'webgpu-step',
    about: '@arcmargin/webgpu on Dawn: SGD in the same pass, dW never exists',
    own: true,
    threads: [1],
    roof: 'gpu',
    subCenters: true,
    upTo: Infinity,
    launch: inNode('webgpu-step'),
  },
  {
    name: 'webgpu-recomputed',
    about: 'the same with cosines computed twice, as where they do not fit into the budget',
    own: true,
    threads: [1],
    roof: 'gpu',
    subCenters: true,
    upTo: 6,
    launch: inNode('webgpu-recomputed'),
  },
  {
    name: 'onnxruntime-web-naive',
    about: 'a graph with all N×C logits in ONNX Runtime’s WebAssembly build',
    own: false,
    threads: [1, 2],
    roof: 'simd128',
    subCenters: false,
    upTo: 4,
    launch: inNode('onnxruntime-web-naive'),
  },
  {
    name: 'onnxruntime-node-naive',
    about: 'the same graph in ONNX Runtime, native',
    own: false,
    threads: [1, 2],
    roof: 'native',
    subCenters: false,
    upTo: Infinity,
    launch: inNode('onnxruntime-node-naive', keepPages),
  },
  {
    name: 'pytorch',
    about: 'python/torch_head.py, without page-fault churn (MALLOC_MMAP_MAX_=0)',
    own: false,
    threads: [1, 2],
    roof: 'native',
    subCenters: false,
    upTo: Infinity,
    launch: inPython({ ...keepPages, MALLOC_TRIM_THRESHOLD_: '-1' }),
  },
  {
    name: 'pytorch-default',
    about: 'the same with the default allocator: less memory, more time',
    own: false,
    threads: [1, 2],
    roof: 'native',
    subCenters: false,
    upTo: Infinity,
    launch: inPython({}),
  },
]
