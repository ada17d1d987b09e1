import type { Expression } from '@arcmargin/core'
import type * as tf from '@tensorflow/tfjs-core'
import { laneColumn, ownColumn, withoutTargets } from '../../head/formulas.js'
import { emitGlsl } from '../glsl.js'
import { numberNames } from '../program.js'

/** A block of classes against every row. */
export interface Lanes {
  /** [N, count]. */
  readonly cosines: tf.TensorInfo
  /** The first column. */
  readonly first: number
  /** The table whose first column is that of the rows' own class. */
  readonly rows: tf.TensorInfo
  /** The loss's parameters. */
  readonly numbers: Readonly<Record<string, number>>
}

/**
 * GLSL's `lane(row, l, own)`: a formula for two rows and two lanes, from l on in the block; something else at the rows' own class, and
 * beyond the lanes.
 *
 * @param names inputs of the formula besides `cosTheta` and the numbers; they are arguments as well.
 */
export const laneHelpers = (
  { cosines, numbers, first }: Lanes,
  formula: Expression,
  instead: number,
  names: Readonly<Record<string, string>> = {},
): string => {
  const count = cosines.shape[1] as number
  const uniforms = numberNames({ ...numbers, first })
  const { statements, results } = emitGlsl([withoutTargets(formula, instead)], {
    ...uniforms,
    ...names,
    cosTheta: 'cosine',
    [ownColumn]: 'own',
    [laneColumn]: 'column',
  })
  const others = Object.values(names).map((name) => `, vec4 ${name}`)
  const beyond = count % 2 === 0 ? '' : `if (l + 1 >= ${count}) { value.yw = vec2(${instead}); }`
  return `vec4 lane(int row, int l, vec4 own${others.join('')}) {
  vec4 cosine = clipped(getCosines(row, l));
  vec4 column = ${uniforms['first']} + float(l) + vec4(0.0, 1.0, 0.0, 1.0);
  ${statements}
  vec4 value = ${results[0]};
  ${beyond}
  return value;
}`
}
