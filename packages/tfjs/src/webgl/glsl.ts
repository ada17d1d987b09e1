import type { Expression } from '@arcmargin/core'
import { type Emitted, emitShader, type ShaderLanguage } from '@arcmargin/core/shader'

/** GLSL on vectors of four; conditions are vectors of bool. */
const glsl: ShaderLanguage = {
  conditions: {
    lt: (a, b) => `lessThan(${a}, ${b})`,
    le: (a, b) => `lessThanEqual(${a}, ${b})`,
    gt: (a, b) => `greaterThan(${a}, ${b})`,
    ge: (a, b) => `greaterThanEqual(${a}, ${b})`,
    // With a vector of bool `mix` chooses: what the other branch computed goes nowhere.
    select: (condition, a, b) => `mix(${b}, ${a}, ${condition})`,
  },
  literal: (value) => `vec4(${/[.e]/.test(`${value}`) ? value : `${value}.0`})`,
  declare: (name, code, isCondition) => `${isCondition ? 'bvec4' : 'vec4'} ${name} = ${code};`,
}

/**
 * Formulas as GLSL statements.
 *
 * @param names what GLSL calls the inputs.
 * @param prefix of the names that are declared, so that several emissions fit into one scope.
 */
export const emitGlsl = (
  formulas: readonly Expression[],
  names: Readonly<Record<string, string>>,
  prefix?: string,
): Emitted => emitShader(glsl, formulas, (input) => names[input] as string, prefix)
