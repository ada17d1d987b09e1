import type * as tf from '@tensorflow/tfjs-core'
import { scaledVector, shortest, unitVector } from '../../head/formulas.js'
import { emitGlsl } from '../glsl.js'
import { run, type WebGlBackend } from '../program.js'
import { walk } from '../rows.js'

/** Rows of a matrix: a run of them from an even one on, or those that the first column of `rows` names; below 0 the first row. */
export type Source = { readonly first: number } | { readonly rows: tf.TensorInfo }

/** GLSL's `source(row, d)`: two rows of two values. */
const reader = (source: Source): string =>
  'first' in source
    ? 'vec4 source(int row, int d) { return getVectors(row + int(u0), d); }'
    : `vec2 single(float row, int d) {
  int own = int(max(row, 0.0));
  vec4 texel = getVectors(own, d);
  return (own & 1) == 1 ? texel.zw : texel.xy;
}
vec4 source(int row, int d) {
  vec4 rows = getRows(row, 0);
  return vec4(single(rows.x, d), single(rows.z, d));
}`

const inputsOf = (
  vectors: tf.TensorInfo,
  source: Source,
): Pick<Parameters<typeof run>[1], 'inputs' | 'numbers'> =>
  'first' in source
    ? { inputs: { Vectors: vectors }, numbers: { first: source.first } }
    : { inputs: { Vectors: vectors, Rows: source.rows }, numbers: {} }

/** What GLSL calls the inputs of formulas of lengths, by a texel of {@link lengths}. */
export const lengthNames = (texel: string): Readonly<Record<string, string>> => ({
  largest: `${texel}.xxzz`,
  squares: `${texel}.yyww`,
  shortest: `vec4(${shortest})`,
})

/** [count, 2]: the largest entry of each row, and the squared length of the row divided by it, NaN where an entry is not finite. */
export const lengths = (
  backend: WebGlBackend,
  vectors: tf.TensorInfo,
  count: number,
  source: Source,
): tf.TensorInfo => {
  const width = vectors.shape[1] as number
  const { statements, results } = emitGlsl([scaledVector], { vector: 'vector', largest: 'largest' })
  return run(backend, {
    shape: [count, 2],
    ...inputsOf(vectors, source),
    helpers: reader(source),
    main: `vec4 largest = zero;
  vec4 isBad = zero;
  for (int d = 0; d < ${width}; d += 2) {
    vec4 vector = source(at.x, d);
    largest = max(largest, abs(vector));
    isBad = max(isBad, notFinite(vector));
  }
  largest = max(largest.xxzz, largest.yyww);
  vec4 squares = zero;
  ${walk(width, {
    begin: 'vec4 part = zero;',
    step: `vec4 vector = source(at.x, d);
      ${statements}
      part += ${results[0]} * ${results[0]};`,
    join: 'squares += part;',
  })}
  squares = mix(squares + squares.yxwz, vec4(NAN), greaterThan(isBad + isBad.yxwz, zero));
  vec4 result = vec4(largest.x, squares.x, largest.z, squares.z);`,
  })
}

/** [count, D] the rows' directions. */
export const units = (
  backend: WebGlBackend,
  vectors: tf.TensorInfo,
  count: number,
  source: Source,
  known: tf.TensorInfo,
): tf.TensorInfo => {
  const { inputs, numbers = {} } = inputsOf(vectors, source)
  const names = lengthNames('lengths')
  const scaled = emitGlsl([scaledVector], { ...names, vector: 'vector' })
  const [found = ''] = scaled.results
  const unit = emitGlsl([unitVector], { ...names, scaled: found }, 'unit')
  return run(backend, {
    shape: [count, vectors.shape[1] as number],
    inputs: { ...inputs, Lengths: known },
    numbers,
    helpers: reader(source),
    main: `vec4 vector = source(at.x, at.y);
  vec4 lengths = getLengths(at.x, 0);
  ${scaled.statements}
  ${unit.statements}
  vec4 result = mix(${unit.results[0]}, lengths.yyww, isnan(lengths.yyww));`,
  })
}
