import type { Loss } from '@arcmargin/core'
import { parameterList, straightLine, type Templates } from './straight-line.js'

/** How a script computes with what it is given: numbers, or tensors. */
interface Script {
  readonly templates: Templates
  /** Lines above the function. */
  readonly head: readonly string[]
  /** Around the function's statements. */
  readonly before: string
  readonly after: string
}

const javascript: Script = {
  head: ['// T(θ) and dT/dθ. θ in radians.'],
  before: '{',
  after: '}',
  templates: {
    negate: '-$a',
    add: '$a + $b',
    subtract: '$a - $b',
    multiply: '$a * $b',
    divide: '$a / $b',
    power: 'Math.pow($a, $b)',
    exp: 'Math.exp($a)',
    log: 'Math.log($a)',
    sqrt: 'Math.sqrt($a)',
    cos: 'Math.cos($a)',
    sin: 'Math.sin($a)',
    abs: 'Math.abs($a)',
    floor: 'Math.floor($a)',
    sigmoid: '1 / (1 + Math.exp(-$a))',
    softplus: 'Math.max($a, 0) + Math.log1p(Math.exp(-Math.abs($a)))',
    min: 'Math.min($a, $b)',
    max: 'Math.max($a, $b)',
    clamp: 'Math.min(Math.max($a, $b), $c)',
    select: '$a ? $b : $c',
    lt: '$a < $b',
    le: '$a <= $b',
    gt: '$a > $b',
    ge: '$a >= $b',
    stopGradient: '$a',
  },
}

const tfjs: Script = {
  head: [
    "import * as tf from '@tensorflow/tfjs'",
    '',
    '// T(θ) and dT/dθ. theta: a float32 tensor of any shape, radians.',
  ],
  before: 'tf.tidy(() => {',
  after: '})',
  templates: {
    negate: 'tf.neg($a)',
    add: 'tf.add($a, $b)',
    subtract: 'tf.sub($a, $b)',
    multiply: 'tf.mul($a, $b)',
    divide: 'tf.div($a, $b)',
    power: 'tf.pow($a, $b)',
    exp: 'tf.exp($a)',
    log: 'tf.log($a)',
    sqrt: 'tf.sqrt($a)',
    cos: 'tf.cos($a)',
    sin: 'tf.sin($a)',
    abs: 'tf.abs($a)',
    floor: 'tf.floor($a)',
    sigmoid: 'tf.sigmoid($a)',
    softplus: 'tf.softplus($a)',
    min: 'tf.minimum($a, $b)',
    max: 'tf.maximum($a, $b)',
    clamp: 'tf.minimum(tf.maximum($a, $b), $c)',
    select: 'tf.where($a, $b, $c)',
    lt: 'tf.less($a, $b)',
    le: 'tf.lessEqual($a, $b)',
    gt: 'tf.greater($a, $b)',
    ge: 'tf.greaterEqual($a, $b)',
    stopGradient: '$a',
  },
}

const write = (loss: Loss, { templates, head, before, after }: Script): string => {
  const { statements, target, slope } = straightLine(loss, templates)
  const body = [
    `const cosTheta = ${templates.cos.replace('$a', 'theta')}`,
    `const sinTheta = ${templates.sin.replace('$a', 'theta')}`,
    ...statements,
    `return { target: ${target}, slope: ${slope} }`,
  ]
  return [
    ...head,
    `const targetLogit = (theta, ${parameterList(loss)}) => ${before}`,
    ...body.map((line) => `  ${line}`),
    after,
  ].join('\n')
}

/** A function of the angle in plain JavaScript. */
export const javascriptOf = (loss: Loss): string => write(loss, javascript)

/** A function of a tensor of angles in TensorFlow.js. */
export const tfjsOf = (loss: Loss): string => write(loss, tfjs)
