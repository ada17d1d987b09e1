import type * as tf from '@tensorflow/tfjs-core'
import { noDirection, rejection, tangentSine, vectorNorm } from '../../head/formulas.js'
import type { Plan } from '../../head/plan.js'
import { rowParameters } from '../../stages/rows.js'
import { emitGlsl } from '../glsl.js'
import type { Memory } from '../memory.js'
import { numberNames, run, type WebGlBackend } from '../program.js'
import { walk } from '../rows.js'
import { lengthNames } from './units.js'

/** The samplers of {@link rowStatements}. */
export const rowInputs = ({
  rows,
  lengths,
  centerLengths,
  measured,
}: Pick<Memory, 'rows' | 'lengths' | 'centerLengths' | 'measured'>): Readonly<
  Record<string, tf.TensorInfo>
> => ({ Rows: rows, Lengths: lengths, CenterLengths: centerLengths, Measured: measured })

/** Column k of a table at the two rows from r on, as a vector of four. */
export const columnOf = (table: string, k: number, r = 'at.x'): string =>
  `get${table}(${r}, ${k - (k % 2)}).${k % 2 === 0 ? 'xxzz' : 'yyww'}`

/** One more rejection of a vector from an axis. */
const reject = (vector: string, along: string, axis: string, prefix: string) => {
  const { statements, results } = emitGlsl([rejection], { vector, along, axis }, prefix)
  return { statements, vector: results[0] as string }
}

/**
 * [N, 6]: <x̂, ŵ>; what the first rejection of ŵ from x̂ left along x̂, and the squared length of the second; the same for x̂ from ŵ;
 * nothing.
 */
export const measure = (
  backend: WebGlBackend,
  embeddings: tf.TensorInfo,
  centers: tf.TensorInfo,
): tf.TensorInfo => {
  const [rows, width] = embeddings.shape as [number, number]
  const read = 'vec4 x = getX(at.x, d); vec4 w = getW(at.x, d);'
  const towards = [reject('w', 'along', 'x', 'to'), reject('towards', 'left', 'x', 'on')] as const
  const back = [reject('x', 'along', 'w', 'from'), reject('back', 'leftBack', 'w', 'off')] as const
  const first = `${read}
      ${towards[0].statements}
      ${back[0].statements}
      vec4 towards = ${towards[0].vector};
      vec4 back = ${back[0].vector};`
  return run(backend, {
    shape: [rows, 6],
    inputs: { X: embeddings, W: centers },
    helpers: 'vec4 both(vec4 sum) { return sum.xxzz + sum.yyww; }',
    main: `vec4 along = zero;
  ${walk(width, {
    begin: 'vec4 part = zero;',
    step: `${read} part += x * w;`,
    join: 'along += part;',
  })}
  along = both(along);
  vec4 left = zero;
  vec4 leftBack = zero;
  ${walk(width, {
    begin: 'vec4 part = zero; vec4 partBack = zero;',
    step: `${first}
      part += towards * x;
      partBack += back * w;`,
    join: 'left += part; leftBack += partBack;',
  })}
  left = both(left);
  leftBack = both(leftBack);
  vec4 squares = zero;
  vec4 squaresBack = zero;
  ${walk(width, {
    begin: 'vec4 part = zero; vec4 partBack = zero;',
    step: `${first}
      ${towards[1].statements}
      ${back[1].statements}
      part += ${towards[1].vector} * ${towards[1].vector};
      partBack += ${back[1].vector} * ${back[1].vector};`,
    join: 'squares += part; squaresBack += partBack;',
  })}
  squares = both(squares);
  squaresBack = both(squaresBack);
  vec4 result = at.y == 0 ? vec4(along.x, left.x, along.z, left.z)
    : at.y == 2 ? vec4(squares.x, leftBack.x, squares.z, leftBack.z)
    : vec4(squaresBack.x, 0.0, squaresBack.z, 0.0);`,
  })
}

/** Statements that measure two rows from r on, and what GLSL then calls the inputs of formulas. */
export const rowStatements = (
  plan: Plan,
  numbers: Readonly<Record<string, number>>,
  r = 'at.x',
): { readonly statements: string; readonly names: Readonly<Record<string, string>> } => {
  const norm = (table: string, prefix: string) =>
    emitGlsl([vectorNorm], lengthNames(`get${table}(${r}, 0)`), prefix)
  const [x, w] = [norm('Lengths', 'x'), norm('CenterLengths', 'w')]
  const sine = emitGlsl(
    [tangentSine],
    { squares: columnOf('Measured', 2, r), least: `vec4(${noDirection})` },
    's',
  )
  const own = rowParameters(plan)
  return {
    statements: `vec4 own = ${columnOf('Rows', 0, r)};
  vec4 share = ${columnOf('Rows', 1, r)};
  ${own.map((_, index) => `vec4 p${index} = ${columnOf('Rows', 3 + index, r)};`).join('\n  ')}
  ${x.statements}
  ${w.statements}
  ${sine.statements}
  vec4 featureNorm = ${x.results[0]};
  vec4 weightNorm = ${w.results[0]};
  bvec4 counts = greaterThanEqual(own, zero);
  // A zero vector is at a right angle to everything, and so is what does not count.
  bvec4 isReal = lessThan(zero, vec4(counts) * min(featureNorm, weightNorm));
  vec4 sinTheta = mix(one, ${sine.results[0]}, isReal);
  vec4 cosTheta = mix(zero, clipped(${columnOf('Measured', 0, r)}), isReal);
  vec4 theta = angle(sinTheta, cosTheta);`,
    names: {
      ...numberNames(numbers),
      ...Object.fromEntries(own.map((name, index) => [name, `p${index}`])),
      featureNorm: 'featureNorm',
      weightNorm: 'weightNorm',
      cosTheta: 'cosTheta',
      sinTheta: 'sinTheta',
      theta: 'theta',
    },
  }
}
