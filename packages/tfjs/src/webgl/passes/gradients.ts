import type { Expression } from '@arcmargin/core'
import type * as tf from '@tensorflow/tfjs-core'
import {
  noDirection,
  ofBoth,
  ofDirection,
  rejection,
  shortest,
  tangentDirection,
  vectorNorm,
  weighedSlope,
} from '../../head/formulas.js'
import type { Plan } from '../../head/plan.js'
import { emitGlsl } from '../glsl.js'
import type { Memory } from '../memory.js'
import { run, type WebGlBackend } from '../program.js'
import { type Lanes, laneHelpers } from './lanes.js'
import { columnOf } from './targets.js'
import { lengthNames } from './units.js'

/** [N, count] d value / d cosine of a block's non-targets, 0 at the targets. */
export const cosineGradients = (
  backend: WebGlBackend,
  { derived: { other }, resolved }: Plan,
  lanes: Lanes,
  pulls: tf.TensorInfo,
): tf.TensorInfo => {
  const isSum = typeof resolved.reduction === 'object'
  const formula = weighedSlope(isSum ? undefined : other.value, other.slope)
  const names = { 'row shift': 'shift', 'row rest': 'rest', 'row share': 'share' }
  return run(backend, {
    shape: lanes.cosines.shape,
    inputs: { Cosines: lanes.cosines, Rows: lanes.rows, Pulls: pulls },
    numbers: { ...lanes.numbers, first: lanes.first },
    helpers: laneHelpers(lanes, formula, 0, names),
    main: `vec4 denominator = getPulls(at.x, 0);
  vec4 result = lane(at.x, at.y, getRows(at.x, 0).xxzz, denominator.xxzz, denominator.yyww, ${columnOf('Pulls', 2)});`,
  })
}

/** Statements for the unit tangent at `axis` towards `vector`, by what the measuring of the two found. */
const direction = (
  vector: string,
  axis: string,
  [along, left, squares]: readonly [string, string, string],
): { readonly statements: string; readonly result: string } => {
  const once = emitGlsl([rejection], { vector, along, axis }, 'once')
  const [first = ''] = once.results
  const twice = emitGlsl([rejection], { vector: first, along: left, axis }, 'twice')
  const [second = ''] = twice.results
  const unit = emitGlsl(
    [tangentDirection],
    { vector: second, squares, least: `vec4(${noDirection})` },
    'unit',
  )
  return {
    statements: `${once.statements}
  ${twice.statements}
  ${unit.statements}`,
    result: unit.results[0] as string,
  }
}

/** Statements that undo the normalisation of a gradient by unit vectors, and take what pulls along with it. */
const undone = (formula: Expression): string => {
  const norm = emitGlsl([vectorNorm], lengthNames('lengths'), 'norm')
  const across = emitGlsl(
    [formula],
    {
      gradient: 'gradient',
      along: 'along',
      unit: 'own',
      norm: 'norm',
      shortest: `vec4(${shortest})`,
      byNorm: 'byNorm',
    },
    'across',
  )
  return `${norm.statements}
  vec4 norm = ${norm.results[0]};
  ${across.statements}
  vec4 direct = mix(zero, pulled / max(norm, ${shortest}), greaterThan(norm, zero));
  vec4 result = ${across.results[0]} + direct;`
}

/** A gradient by directions, and what undoes the normalisation of the vectors that these belong to. */
export interface ByUnits {
  readonly gradient: tf.TensorInfo
  /** [..., 1] gradients along the directions. */
  readonly along: tf.TensorInfo
  readonly units: tf.TensorInfo
  readonly lengths: tf.TensorInfo
}

const unitInputs = ({ gradient, along, units, lengths }: ByUnits) => ({
  Gradient: gradient,
  Along: along,
  Units: units,
  Lengths: lengths,
})

const readUnits = `vec4 gradient = getGradient(at.x, at.y);
  vec4 along = getAlong(at.x, 0).xxzz;
  vec4 own = getUnits(at.x, at.y);
  vec4 lengths = getLengths(at.x, 0);`

/** [N, D] gradients by the embeddings. */
export const embeddingsGradient = (
  backend: WebGlBackend,
  own: ByUnits,
  { centers, measured }: Memory,
  pulls: tf.TensorInfo,
): tf.TensorInfo => {
  const towards = direction('center', 'own', [
    columnOf('Measured', 0),
    columnOf('Measured', 1),
    columnOf('Measured', 2),
  ])
  return run(backend, {
    shape: own.gradient.shape,
    inputs: { ...unitInputs(own), Centers: centers, Measured: measured, Pulls: pulls },
    main: `${readUnits}
  vec4 center = getCenters(at.x, at.y);
  vec4 byNorm = ${columnOf('Pulls', 4)};
  ${towards.statements}
  vec4 pulled = ${columnOf('Pulls', 3)} * ${towards.result};
  ${undone(ofBoth)}`,
  })
}

/** GLSL's `pulledBy(row, d, own)`: the pulls of the rows of a class, from its first row on, at two dimensions of its direction. */
const pulledBy = (): string => {
  const back = direction('x', 'own', ['vec4(along)', 'vec4(left)', 'vec4(squares)'])
  return `vec2 pick(vec4 texel, int row) { return (row & 1) == 1 ? texel.zw : texel.xy; }
vec2 pulledBy(float row, int d, vec4 own) {
  vec2 sum = vec2(0.0);
  for (int n = int(row); n >= 0; n = int(pick(getRows(n, 2), n).x)) {
    vec4 x = pick(getEmbeddings(n, d), n).xyxy;
    float along = pick(getMeasured(n, 0), n).x;
    float left = pick(getMeasured(n, 2), n).y;
    float squares = pick(getMeasured(n, 4), n).x;
    ${back.statements}
    sum += pick(getPulls(n, 2), n).y * ${back.result}.xy;
  }
  return sum;
}`
}

/** [count, D] gradients by a block's class weights. `first` [count, 1] has a row of each class, or -1; none where no row is in the block. */
export const weightsGradient = (
  backend: WebGlBackend,
  own: ByUnits,
  { rows, units, measured }: Memory,
  pulls: tf.TensorInfo,
  first: tf.TensorInfo | undefined,
): tf.TensorInfo =>
  run(backend, {
    shape: own.gradient.shape,
    inputs: {
      ...unitInputs(own),
      ...(first
        ? { Embeddings: units, First: first, Rows: rows, Measured: measured, Pulls: pulls }
        : {}),
    },
    helpers: first ? pulledBy() : '',
    main: `${readUnits}
  vec4 pulled = zero;
  ${
    first
      ? `vec4 rows = getFirst(at.x, 0);
  pulled = vec4(pulledBy(rows.x, at.y, own.xyxy), pulledBy(rows.z, at.y, own.zwzw));`
      : ''
  }
  ${undone(ofDirection)}`,
  })
