import type { Expression } from '@arcmargin/core'
import type * as tf from '@tensorflow/tfjs-core'
import { exponentials, sumOfBoth } from '../../head/formulas.js'
import type { Plan } from '../../head/plan.js'
import { lowest } from '../../head/reduce.js'
import { emitGlsl } from '../glsl.js'
import { run, type WebGlBackend } from '../program.js'
import { type Lanes, laneHelpers } from './lanes.js'

/** Classes whose terms one fragment adds up: few enough that a row keeps all cores busy. */
const groupSize = 128

/** How a row's terms become one number. */
type RowSum = 'logSum' | 'sum'

const loop = (count: number, body: string): string =>
  `for (int l = start; l < min(start + ${groupSize}, ${count}); l += 2) { ${body} }`

/** [N, 2·groups]: largest and sum of each group of a block's lanes. */
const groups = (
  backend: WebGlBackend,
  kind: RowSum,
  lanes: Lanes,
  value: Expression,
): tf.TensorInfo => {
  const [rows, count] = lanes.cosines.shape as [number, number]
  const exp = emitGlsl([exponentials], { logits: 'logits', largest: 'largest' }, 'term')
  const bodies = {
    sum: `${loop(count, 'sum += lane(at.x, l, own);')}`,
    logSum: `largest = vec4(lowest);
  ${loop(count, 'largest = max(largest, lane(at.x, l, own));')}
  largest = max(largest.xxzz, largest.yyww);
  ${loop(
    count,
    `vec4 logits = lane(at.x, l, own);
      ${exp.statements}
      sum += ${exp.results[0]};`,
  )}
  // Of nothing, but for a NaN, which a maximum may lose.
  sum = mix(mix(sum, zero, lessThanEqual(largest, vec4(0.5 * lowest))), sum, isnan(sum));`,
  }
  return run(backend, {
    shape: [rows, 2 * Math.ceil(count / groupSize)],
    inputs: { Cosines: lanes.cosines, Rows: lanes.rows },
    numbers: { ...lanes.numbers, first: lanes.first },
    helpers: `const float lowest = ${lowest.toExponential()};
${laneHelpers(lanes, value, kind === 'sum' ? 0 : lowest)}`,
    main: `int start = at.y / 2 * ${groupSize};
  vec4 own = getRows(at.x, 0).xxzz;
  vec4 largest = zero;
  vec4 sum = zero;
  ${bodies[kind]}
  sum += sum.yxwz;
  vec4 result = vec4(largest.x, sum.x, largest.z, sum.z);`,
  })
}

/** [N, 2]: largest and sum of all groups, and of what was before. */
const joined = (
  backend: WebGlBackend,
  kind: RowSum,
  parts: tf.TensorInfo,
  before: tf.TensorInfo | undefined,
): tf.TensorInfo => {
  const [rows, width] = parts.shape as [number, number]
  const both = emitGlsl(
    [sumOfBoth],
    {
      sumA: 'known.yyww',
      sumB: 'part.yyww',
      largestA: 'known.xxzz',
      largestB: 'part.xxzz',
      largest: 'largest',
    },
    'both',
  )
  const join = {
    sum: 'known += part;',
    logSum: `vec4 largest = max(known.xxzz, part.xxzz);
    ${both.statements}
    known = vec4(largest.x, ${both.results[0]}.x, largest.z, ${both.results[0]}.z);`,
  }
  const none =
    kind === 'sum' ? 'zero' : `vec4(${lowest.toExponential()}, 0.0, ${lowest.toExponential()}, 0.0)`
  return run(backend, {
    shape: [rows, 2],
    inputs: { Parts: parts, ...(before ? { Before: before } : {}) },
    main: `vec4 known = ${before ? 'getBefore(at.x, 0)' : none};
  for (int g = 0; g < ${width / 2}; g++) {
    vec4 part = getParts(at.x, 2 * g);
    ${join[kind]}
  }
  vec4 result = known;`,
  })
}

/** Adds a block's non-targets to the rows' sums, [N, 2]: the largest logit and Σ exp(logit - largest), or 0 and the sum of terms. */
export const rowSums = (
  backend: WebGlBackend,
  { derived, resolved }: Plan,
  lanes: Lanes,
  before: tf.TensorInfo | undefined,
): tf.TensorInfo => {
  const kind = typeof resolved.reduction === 'object' ? 'sum' : 'logSum'
  const parts = groups(backend, kind, lanes, derived.other.value)
  const sums = joined(backend, kind, parts, before)
  backend.disposeIntermediateTensorInfo(parts)
  return sums
}
