import { arcFace } from '@arcmargin/core'
import { exportGradients } from '@arcmargin/onnx'
import type { StepGraph } from '../engines/ort.js'
import { margin, scale } from '../head.js'
import type { Shape } from '../shapes.js'

/** `exportGradients` of `@arcmargin/onnx`, as it comes. */
export const exportedStep = ({ rows, dimension, classes, subCenters }: Shape): StepGraph => ({
  model: exportGradients(arcFace({ margin, scale }), { rows, dimension, classes, subCenters })
    .bytes,
  inputs: { x: 'embeddings', w: 'classWeights', labels: 'labels' },
  outputs: { loss: 'loss', dx: 'embeddings.gradient', dw: 'classWeights.gradient' },
  labelDims: [rows],
})
