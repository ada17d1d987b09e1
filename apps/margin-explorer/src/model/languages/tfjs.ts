import type { Loss } from '@arcmargin/core'
import { parameterList, straightLine, type Templates } from './straight-line.js'

const templates: Templates = {
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
}

/** A function of a tensor of angles in TensorFlow.js. */
export const tfjsOf = (loss: Loss): string => {
  const { statements, target, slope } = straightLine(loss, templates)
  return [
    "import * as tf from '@tensorflow/tfjs'",
    '',
    '// T(θ) and dT/dθ. theta: a float32 tensor of any shape, radians.',
    `const targetLogit = (theta, ${parameterList(loss)}) => tf.tidy(() => {`,
    '  const cosTheta = tf.cos(theta)',
    '  const sinTheta = tf.sin(theta)',
    ...statements.map((statement) => `  ${statement}`),
    `  return { target: ${target}, slope: ${slope} }`,
    '})',
  ].join('\n')
}
