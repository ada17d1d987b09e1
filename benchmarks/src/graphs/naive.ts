import { makeNode, makeTensor, makeTensorValueInfo } from '@arcmargin/onnx'
import type { StepGraph } from '../engines/ort.js'
import { margin, scale } from '../head.js'
import type { Shape } from '../shapes.js'
import { modelOf } from './graph.js'

/**
 * The head as one would write it down in ONNX: all N×C cosines, logits and probabilities, gradients as nodes. Targets are gathered
 * and scattered, not masked, which is the fastest plain form.
 */
export const naiveStep = (shape: Shape): StepGraph => ({
  model: naiveModel(shape),
  inputs: { x: 'x', w: 'w', labels: 'labels' },
  outputs: { loss: 'loss', dx: 'dx', dw: 'dw' },
  labelDims: [shape.rows, 1],
})

const naiveModel = ({ rows, dimension, classes }: Shape): Uint8Array =>
  modelOf('naive ArcFace step', {
    input: [
      makeTensorValueInfo('x', [rows, dimension]),
      makeTensorValueInfo('w', [classes, dimension]),
      makeTensorValueInfo('labels', [rows, 1], 'int32'),
    ],
    output: [
      makeTensorValueInfo('loss', []),
      makeTensorValueInfo('dx', [rows, dimension]),
      makeTensorValueInfo('dw', [classes, dimension]),
    ],
    initializer: [
      makeTensor('last_axis', [1], [-1], 'int64'),
      makeTensor('one', [], [1]),
      makeTensor('scale', [], [scale]),
      makeTensor('cos_margin', [], [Math.cos(margin)]),
      makeTensor('sin_margin', [], [Math.sin(margin)]),
      makeTensor('scale_per_row', [], [scale / rows]),
    ],
    node: [
      ...normalise('x'),
      ...normalise('w'),
      makeNode('Gemm', ['x_unit', 'w_unit'], 'cosines', { transB: 1 }),
      ...marginOfTarget,
      ...lossOfLogits,
      ...gradientByCosines,
      makeNode('MatMul', ['cosine_gradient', 'w_unit'], 'x_unit_gradient'),
      makeNode('Gemm', ['cosine_gradient', 'x_unit'], 'w_unit_gradient', { transA: 1 }),
      ...throughNorm('x'),
      ...throughNorm('w'),
    ],
  })

/** Unit rows and norms. */
const normalise = (rows: string) => [
  makeNode('ReduceL2', [rows], `${rows}_norm`, { axes: [-1], keepdims: 1 }),
  makeNode('Div', [rows, `${rows}_norm`], `${rows}_unit`),
]

/** cos(θ + m) and its derivative by cosθ, of the own classes. */
const marginOfTarget = [
  makeNode('GatherElements', ['cosines', 'labels'], 'cosine', { axis: 1 }),
  makeNode('Mul', ['cosine', 'cosine'], 'cosine_squared'),
  makeNode('Sub', ['one', 'cosine_squared'], 'sine_squared'),
  makeNode('Sqrt', ['sine_squared'], 'sine'),
  makeNode('Mul', ['cosine', 'cos_margin'], 'target_cosine_part'),
  makeNode('Mul', ['sine', 'sin_margin'], 'target_sine_part'),
  makeNode('Sub', ['target_cosine_part', 'target_sine_part'], 'target'),
  makeNode('Div', ['cosine', 'sine'], 'cotangent'),
  makeNode('Mul', ['cotangent', 'sin_margin'], 'slope_cotangent_part'),
  makeNode('Add', ['slope_cotangent_part', 'cos_margin'], 'slope'),
]

const lossOfLogits = [
  makeNode('ScatterElements', ['cosines', 'labels', 'target'], 'margined', { axis: 1 }),
  makeNode('Mul', ['margined', 'scale'], 'logits'),
  makeNode('LogSoftmax', ['logits'], 'log_probabilities', { axis: 1 }),
  makeNode('GatherElements', ['log_probabilities', 'labels'], 'own_log_probability', { axis: 1 }),
  makeNode('Neg', ['own_log_probability'], 'losses'),
  makeNode('ReduceMean', ['losses'], 'loss', { keepdims: 0 }),
]

const gradientByCosines = [
  makeNode('Exp', ['log_probabilities'], 'probabilities'),
  makeNode('GatherElements', ['probabilities', 'labels'], 'own_probability', { axis: 1 }),
  makeNode('Sub', ['own_probability', 'one'], 'own_factor'),
  makeNode('Mul', ['own_factor', 'slope'], 'own_gradient'),
  makeNode('ScatterElements', ['probabilities', 'labels', 'own_gradient'], 'unscaled', { axis: 1 }),
  makeNode('Mul', ['unscaled', 'scale_per_row'], 'cosine_gradient'),
]

/** The gradient by raw rows from the gradient by unit rows. */
const throughNorm = (rows: string) => [
  makeNode('Mul', [`${rows}_unit_gradient`, `${rows}_unit`], `${rows}_products`),
  makeNode('ReduceSum', [`${rows}_products`, 'last_axis'], `${rows}_along`, { keepdims: 1 }),
  makeNode('Mul', [`${rows}_unit`, `${rows}_along`], `${rows}_radial`),
  makeNode('Sub', [`${rows}_unit_gradient`, `${rows}_radial`], `${rows}_tangential`),
  makeNode('Div', [`${rows}_tangential`, `${rows}_norm`], `d${rows}`),
]
