import type { Expression } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'

/** The name under which a backend registers a kernel that computes a formula in one pass. */
export const formulaKernel = 'ArcmarginFormula'

/** Functions beside the formula language: of a sine >= 0 and a cosine, the angle; log(1 + x) for x >= 0. */
type NamedFunction = 'angle' | 'log1p'

/** What the kernel is told, beside tensors by the names of inputs, which broadcast against each other. */
export interface FormulaAttributes {
  /** A named function takes the tensors in their order. */
  readonly formula: Expression | NamedFunction
  /** Inputs that are numbers, so that other values need no other program. */
  readonly numbers: Readonly<Record<string, number>>
}

/** Such a kernel needs the bits of numbers, which WebGL 2 has, and textures of four numbers of 32 bits. */
const isAble = (): boolean =>
  tf.env().getNumber('WEBGL_VERSION') === 2 &&
  tf.env().getBool('WEBGL_PACK') &&
  tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')

/** Whether the backend that is set computes formulas in one pass. */
export const fusesFormulas = (): boolean =>
  tf.getKernel(formulaKernel, tf.getBackend()) !== undefined && isAble()

/** The name under which such a backend registers a kernel that walks along the rows of matrices [R, D] and gives [R, 1]. */
export const rowsKernel = 'ArcmarginRows'

/** What it gives: the products of two rows, or the largest size of an entry of one. */
export type RowReduction = 'dot' | 'largest'

/** Runs that kernel; all matrices have one shape. */
export const reduceRows = (reduction: RowReduction, ...matrices: readonly tf.Tensor[]): tf.Tensor =>
  tf.engine().runKernel(rowsKernel, Object.fromEntries(matrices.entries()), { reduction })

/** Runs the kernel for formulas. */
export const runFormula = (
  formula: FormulaAttributes['formula'],
  tensors: Readonly<Record<string, tf.Tensor>>,
  numbers: FormulaAttributes['numbers'] = {},
): tf.Tensor => {
  const attributes: FormulaAttributes = { formula, numbers }
  return tf
    .engine()
    .runKernel(formulaKernel, { ...tensors }, attributes as unknown as tf.NamedAttrMap) as tf.Tensor
}
