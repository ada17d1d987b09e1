import type { StepGraph } from '../engines/ort.js'
import { margin, scale } from '../head.js'
import type { Shape } from '../shapes.js'
import { integers, modelOf, node, scalar, tensor } from './graph.js'

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
      tensor('x', [rows, dimension]),
      tensor('w', [classes, dimension]),
      tensor('labels', [rows, 1], 'int32'),
    ],
    output: [
      tensor('loss', []),
      tensor('dx', [rows, dimension]),
      tensor('dw', [classes, dimension]),
    ],
    initializer: [
      integers('last_axis', [-1]),
      scalar('one', 1),
      scalar('scale', scale),
      scalar('cos_margin', Math.cos(margin)),
      scalar('sin_margin', Math.sin(margin)),
      scalar('scale_per_row', scale / rows),
    ],
    node: [
      ...normalise('x'),
      ...normalise('w'),
      node('Gemm', ['x_unit', 'w_unit'], 'cosines', { transB: 1 }),
      ...marginOfTarget,
      ...lossOfLogits,
      ...gradientByCosines,
      node('MatMul', ['cosine_gradient', 'w_unit'], 'x_unit_gradient'),
      node('Gemm', ['cosine_gradient', 'x_unit'], 'w_unit_gradient', { transA: 1 }),
      ...throughNorm('x'),
      ...throughNorm('w'),
    ],
  })

/** Unit rows and norms. */
const normalise = (rows: string) => [
  node('ReduceL2', [rows], `${rows}_norm`, { axes: [-1], keepdims: 1 }),
  node('Div', [rows, `${rows}_norm`], `${rows}_unit`),
]

/** cos(θ + m) and its derivative by cosθ, of the own classes. */
const marginOfTarget = [
  node('GatherElements', ['cosines', 'labels'], 'cosine', { axis: 1 }),
  node('Mul', ['cosine', 'cosine'], 'cosine_squared'),
  node('Sub', ['one', 'cosine_squared'], 'sine_squared'),
  node('Sqrt', ['sine_squared'], 'sine'),
  node('Mul', ['cosine', 'cos_margin'], 'target_cosine_part'),
  node('Mul', ['sine', 'sin_margin'], 'target_sine_part'),
  node('Sub', ['target_cosine_part', 'target_sine_part'], 'target'),
  node('Div', ['cosine', 'sine'], 'cotangent'),
  node('Mul', ['cotangent', 'sin_margin'], 'slope_cotangent_part'),
  node('Add', ['slope_cotangent_part', 'cos_margin'], 'slope'),
]

const lossOfLogits = [
  node('ScatterElements', ['cosines', 'labels', 'target'], 'margined', { axis: 1 }),
  node('Mul', ['margined', 'scale'], 'logits'),
  node('LogSoftmax', ['logits'], 'log_probabilities', { axis: 1 }),
  node('GatherElements', ['log_probabilities', 'labels'], 'own_log_probability', { axis: 1 }),
  node('Neg', ['own_log_probability'], 'losses'),
  node('ReduceMean', ['losses'], 'loss', { keepdims: 0 }),
]

const gradientByCosines = [
  node('Exp', ['log_probabilities'], 'probabilities'),
  node('GatherElements', ['probabilities', 'labels'], 'own_probability', { axis: 1 }),
  node('Sub', ['own_probability', 'one'], 'own_factor'),
  node('Mul', ['own_factor', 'slope'], 'own_gradient'),
  node('ScatterElements', ['probabilities', 'labels', 'own_gradient'], 'unscaled', { axis: 1 }),
  node('Mul', ['unscaled', 'scale_per_row'], 'cosine_gradient'),
]

/** The gradient by raw rows from the gradient by unit rows. */
const throughNorm = (rows: string) => [
  node('Mul', [`${rows}_unit_gradient`, `${rows}_unit`], `${rows}_products`),
  node('ReduceSum', [`${rows}_products`, 'last_axis'], `${rows}_along`, { keepdims: 1 }),
  node('Mul', [`${rows}_unit`, `${rows}_along`], `${rows}_radial`),
  node('Sub', [`${rows}_unit_gradient`, `${rows}_radial`], `${rows}_tangential`),
  node('Div', [`${rows}_tangential`, `${rows}_norm`], `d${rows}`),
]
