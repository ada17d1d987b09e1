import type { Loss } from '@arcmargin/core'
import { parameterList, straightLine, type Templates } from './straight-line.js'

const templates: Templates = {
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
}

/** A function of the angle in plain JavaScript. */
export const javascriptOf = (loss: Loss): string => {
  const { statements, target, slope } = straightLine(loss, templates)
  return [
    '// T(θ) and dT/dθ. θ in radians.',
    `const targetLogit = (theta, ${parameterList(loss)}) => {`,
    '  const cosTheta = Math.cos(theta)',
    '  const sinTheta = Math.sin(theta)',
    ...statements.map((statement) => `  ${statement}`),
    `  return { target: ${target}, slope: ${slope} }`,
    '}',
  ].join('\n')
}
