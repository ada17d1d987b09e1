import * as ort from 'onnxruntime-node'
import type { Shape } from '../shapes.js'
import type { Prepare } from './engine.js'
import { prepareOrt, type StepGraph } from './ort.js'

/** Runs a graph on ONNX Runtime's native build. */
export const prepareOrtNode = (graphOf: (shape: Shape) => StepGraph): Prepare =>
  prepareOrt(ort, graphOf, { 'onnxruntime-node': ort.env.versions.node ?? '' })
