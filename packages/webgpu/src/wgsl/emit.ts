import type { Expression } from '@arcmargin/core'
import { type Emitted, emitShader, type ShaderLanguage } from '@arcmargin/core/shader'

const wgsl: ShaderLanguage = {
  conditions: {
    lt: (a, b) => `${a} < ${b}`,
    le: (a, b) => `${a} <= ${b}`,
    gt: (a, b) => `${a} > ${b}`,
    ge: (a, b) => `${a} >= ${b}`,
    // WGSL's select copies one of two values, so what the other branch computed goes nowhere.
    select: (condition, a, b) => `select(${b}, ${a}, ${condition})`,
  },
  literal: (value) => `${value}f`,
  declare: (name, code) => `let ${name} = ${code};`,
}

/** How WGSL calls an input of a formula. */
export const inputName = (name: string): string => `i_${name}`

/**
 * Formulas as WGSL statements. What they share is computed once; each input is read from `i_<name>`, which the caller declares.
 *
 * @param formulas the trees.
 * @param prefix of the names that are declared, so that several emissions fit into one scope.
 * @throws ArcmarginError where an operation is not one of the formula language.
 */
export const emit = (formulas: readonly Expression[], prefix?: string): Emitted =>
  emitShader(wgsl, formulas, inputName, prefix)
