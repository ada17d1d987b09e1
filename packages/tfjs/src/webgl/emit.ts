import { type Expression, fold, type Operation } from '@arcmargin/core'

/** Every operation as GLSL on vectors of four; conditions are vectors of bool. */
const operations: Readonly<Record<Operation, (a: string, b: string, c: string) => string>> = {
  negate: (a) => `-${a}`,
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  power: (a, b) => `power(${a}, ${b})`,
  exp: (a) => `exponential(${a})`,
  log: (a) => `ln(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  cos: (a) => `cosine(${a})`,
  sin: (a) => `sine(${a})`,
  abs: (a) => `abs(${a})`,
  floor: (a) => `floor(${a})`,
  sigmoid: (a) => `sigmoid(${a})`,
  softplus: (a) => `softplus(${a})`,
  min: (a, b) => `min(${a}, ${b})`,
  max: (a, b) => `max(${a}, ${b})`,
  // Not GLSL's clamp: it is undefined where the bounds cross.
  clamp: (a, low, high) => `min(max(${a}, ${low}), ${high})`,
  // With a vector of bool `mix` chooses: what the other branch computed goes nowhere.
  select: (condition, a, b) => `mix(${b}, ${a}, ${condition})`,
  lt: (a, b) => `lessThan(${a}, ${b})`,
  le: (a, b) => `lessThanEqual(${a}, ${b})`,
  gt: (a, b) => `greaterThan(${a}, ${b})`,
  ge: (a, b) => `greaterThanEqual(${a}, ${b})`,
  // Derivatives were taken before: nothing differentiates GLSL.
  stopGradient: (a) => a,
}

const conditions: ReadonlySet<Operation> = new Set(['lt', 'le', 'gt', 'ge'])

const largest = 3.4e38

/** A constant; what float32 cannot hold becomes its largest number. */
const literal = (value: number): string => {
  const text = `${Math.fround(Math.max(-largest, Math.min(largest, value)))}`
  return `vec4(${/[.e]/.test(text) ? text : `${text}.0`})`
}

/**
 * A formula as GLSL statements on vectors of four; parts that it shares are computed once.
 *
 * @param formula the tree.
 * @param nameOf what GLSL calls an input.
 * @returns the statements, and the name that holds the value.
 */
export const emitGlsl = (
  formula: Expression,
  nameOf: (input: string) => string,
): { readonly statements: string; readonly result: string } => {
  const lines: string[] = []
  const known = new Map<string, string>()
  const result = fold<string>((node, [a = '', b = '', c = '']) => {
    if (node.type === 'input') return nameOf(node.name)
    if (node.type === 'number') return literal(node.value)
    const code = operations[node.operation](a, b, c)
    const before = known.get(code)
    if (before !== undefined) return before
    const name = `e${lines.length}`
    lines.push(`${conditions.has(node.operation) ? 'bvec4' : 'vec4'} ${name} = ${code};`)
    known.set(code, name)
    return name
  })(formula)
  return { statements: lines.join('\n'), result }
}
