import type * as tf from '@tensorflow/tfjs-core'
import type { RowReduction } from '../expression/kernel.js'
import { run, type WebGlBackend } from './program.js'

/** Values of a row that are taken together first, so that sums of long rows keep their digits. */
const runLength = 32

/** Walks along two rows at once, `d` being the first of two columns. `begin` and `step` make a part of a sum, `join` adds it. */
export const walk = (
  width: number,
  { begin, step, join }: { readonly begin: string; readonly step: string; readonly join: string },
): string => `for (int first = 0; first < ${width}; first += ${runLength}) {
    ${begin}
    for (int d = first; d < min(first + ${runLength}, ${width}); d += 2) {
      ${step}
    }
    ${join}
  }`

const reductions: Readonly<Record<RowReduction, (texel: string, sum: string) => string>> = {
  dot: (texel, sum) => `${sum} + ${texel}`,
  largest: (texel, sum) => `max(${sum}, ${texel})`,
}

const texels: Readonly<Record<RowReduction, string>> = {
  dot: 'getA(at.x, d) * getB(at.x, d)',
  largest: 'abs(getA(at.x, d))',
}

/** Reduces the rows of matrices [R, D] to [R, 1]. */
export const reduceRows = (
  backend: WebGlBackend,
  reduction: RowReduction,
  matrices: readonly tf.TensorInfo[],
): tf.TensorInfo => {
  const [rows = 0, width = 0] = matrices[0]?.shape ?? []
  const join = reductions[reduction]
  return run(backend, {
    shape: [rows, 1],
    inputs: Object.fromEntries(matrices.map((matrix, index) => ['AB'.charAt(index), matrix])),
    main: `vec4 whole = vec4(0.0);
  ${walk(width, {
    begin: 'vec4 part = vec4(0.0);',
    step: `part = ${join(texels[reduction], 'part')};`,
    join: `whole = ${join('part', 'whole')};`,
  })}
  vec4 result = vec4(${join('whole.x', 'whole.y')}, 0.0, ${join('whole.z', 'whole.w')}, 0.0);`,
  })
}
