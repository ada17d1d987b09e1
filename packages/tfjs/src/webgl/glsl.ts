import type { ShaderLanguage } from '@arcmargin/core/shader'

/** GLSL on vectors of four; conditions are vectors of bool. */
export const glsl: ShaderLanguage = {
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
