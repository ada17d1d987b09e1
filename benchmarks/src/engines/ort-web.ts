import * as ort from 'onnxruntime-web'
import type { Shape } from '../shapes.js'
import type { Prepare } from './engine.js'
import { prepareOrt, type StepGraph } from './ort.js'

/** Runs a graph on ONNX Runtime's WebAssembly build, in Node. Its threads are a setting of the module, not of the session. */
export const prepareOrtWeb =
  (graphOf: (shape: Shape) => StepGraph): Prepare =>
  (task) => {
    ort.env.wasm.numThreads = task.threads
    const versions = { 'onnxruntime-web': ort.env.versions.web ?? '' }
    return prepareOrt(ort, graphOf, versions)(task)
  }
