import type { Expression } from '@arcmargin/core'
import { isZero } from '@arcmargin/core/backend'
import type * as tf from '@tensorflow/tfjs-core'
import { restOfLog, scaledSum, shareOfSum } from '../../head/formulas.js'
import type { Plan } from '../../head/plan.js'
import { emitGlsl } from '../glsl.js'
import type { Memory } from '../memory.js'
import { run, type WebGlBackend } from '../program.js'
import { columnOf, rowInputs, rowStatements } from './targets.js'

/** What is kept of the rows. */
type Rows = Parameters<typeof rowInputs>[0] & Pick<Memory, 'sums'>

/** Statements that make of `target` the shift and rest of the row's denominator, its `loss`, and its `factor`: d loss / d target. */
const reduction = ({ resolved: { reduction: kind } }: Plan, r: string): string => {
  const sums = `vec4 largest = ${columnOf('Sums', 0, r)};
  vec4 sum = ${columnOf('Sums', 1, r)};`
  if (typeof kind === 'object') {
    return `${sums}
  vec4 shift = zero;
  vec4 rest = zero;
  vec4 loss = target + sum;
  vec4 factor = vec4(counts);`
  }
  const scaled = emitGlsl(
    [scaledSum],
    { sum: 'sum', largest: 'largest', logit: 'target' },
    'scaled',
  )
  const log = emitGlsl(
    [restOfLog, shareOfSum],
    { scaled: 'scaled', small: 'log1p(scaled)', largest: 'largest', logit: 'target' },
    'log',
  )
  const denominator =
    kind === 'softmaxOthers'
      ? `vec4 shift = largest;
  vec4 rest = ln(max(sum, 1e-30));
  vec4 part = one;`
      : `${scaled.statements}
  vec4 scaled = ${scaled.results[0]};
  ${log.statements}
  vec4 shift = max(largest, target);
  vec4 rest = ${log.results[0]};
  vec4 part = ${log.results[1]};`
  // A class alone has nothing to be told from.
  return `${sums}
  ${denominator}
  bvec4 hasOthers = notEqual(vec4(counts) * sum, zero);
  vec4 loss = mix(zero, (shift - target) + rest, hasOthers);
  vec4 factor = mix(zero, -part, hasOthers);`
}

/** The loss of the batch, a scalar. */
export const batchLoss = (
  backend: WebGlBackend,
  plan: Plan,
  numbers: Readonly<Record<string, number>>,
  memory: Rows,
): tf.TensorInfo => {
  const { statements, names } = rowStatements(plan, numbers, 'r')
  const { target, sample } = plan.derived
  const values = emitGlsl([target.value, ...(sample ? [sample.value] : [])], names)
  const regularizer = sample ? `loss += ${values.results[1]};` : ''
  return run(backend, {
    shape: [],
    inputs: { ...rowInputs(memory), Sums: memory.sums },
    numbers,
    main: `vec2 total = vec2(0.0);
  for (int r = 0; r < ${plan.rows}; r += 2) {
  ${statements}
  ${values.statements}
  vec4 target = ${values.results[0]};
  ${reduction(plan, 'r')}
  ${regularizer}
  // Rows beyond the last have no share.
  vec4 weighed = share * mix(zero, mix(loss, sum, isnan(sum)), counts);
  total += weighed.xz;
  }
  vec4 result = vec4(total.x + total.y);`,
  })
}

/**
 * [N, 6]: shift and rest of each row's denominator, d value / d its loss, and how it pulls: -d value / d angle of the target, and
 * d value / d |x|.
 */
export const rowGradients = (
  backend: WebGlBackend,
  plan: Plan,
  numbers: Readonly<Record<string, number>>,
  memory: Rows,
  outer: tf.TensorInfo,
): tf.TensorInfo => {
  const { statements, names } = rowStatements(plan, numbers)
  const { target, sample } = plan.derived
  const formulas: Expression[] = [target.value, target.slope, target.featureNorm]
  const values = emitGlsl(
    [...formulas, ...(sample ? [sample.slope, sample.featureNorm] : [])],
    names,
  )
  const [logit, slope, norm, sampleSlope, sampleNorm] = values.results
  // A slope that does not count may be infinite.
  const through = (own: Expression, name: string | undefined): string =>
    isZero(own) ? 'zero' : `mix(factor * scale * ${name}, zero, equal(factor, zero))`
  const added = (own: Expression | undefined, name: string | undefined): string =>
    own && !isZero(own) ? `scale * ${name}` : 'zero'
  return run(backend, {
    shape: [plan.rows, 6],
    inputs: { ...rowInputs(memory), Sums: memory.sums, Outer: outer },
    numbers,
    main: `${statements}
  ${values.statements}
  vec4 target = ${logit};
  ${reduction(plan, 'at.x')}
  vec4 scale = share * getOuter().x;
  vec4 pull = -mix(zero, ${through(target.slope, slope)} + ${added(sample?.slope, sampleSlope)}, counts);
  vec4 byNorm = mix(zero, ${through(target.featureNorm, norm)} + ${added(sample?.featureNorm, sampleNorm)}, counts);
  vec4 result = at.y == 0 ? vec4(shift.x, rest.x, shift.z, rest.z)
    : at.y == 2 ? vec4(scale.x, pull.x, scale.z, pull.z)
    : vec4(byNorm.x, 0.0, byNorm.z, 0.0);`,
  })
}
