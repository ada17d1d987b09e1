import { ArcmarginError, type Expression, type Operation } from '@arcmargin/core'

/** Formulas as WGSL: statements that compute them together, and the names that hold their values, in order. */
export interface Emitted {
  readonly statements: string
  readonly results: readonly string[]
}

/** Every operation of the formula language as a WGSL expression of its operands. */
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
  // Not WGSL's clamp: it is undefined where the bounds cross.
  clamp: (a, low, high) => `min(max(${a}, ${low}), ${high})`,
  // WGSL's select copies one of two values, so what the other branch computed goes nowhere.
  select: (condition, a, b) => `select(${b}, ${a}, ${condition})`,
  lt: (a, b) => `${a} < ${b}`,
  le: (a, b) => `${a} <= ${b}`,
  gt: (a, b) => `${a} > ${b}`,
  ge: (a, b) => `${a} >= ${b}`,
  // Derivatives were taken before: nothing differentiates WGSL.
  stopGradient: (a) => a,
}

const largest = 3.4e38

/** A constant; what float32 cannot hold becomes its largest number. */
const literal = (value: number): string =>
  `${Math.fround(Math.max(-largest, Math.min(largest, value)))}f`

/** How WGSL calls an input of a formula. */
export const inputName = (name: string): string => `i_${name}`

/**
 * Formulas as WGSL statements. What they share is computed once; each input is read from `i_<name>`, which the caller declares.
 *
 * @param formulas the trees.
 * @param prefix of the names that are declared, so that several emissions fit into one scope.
 * @throws ArcmarginError where an operation is not one of the formula language.
 */
export const emit = (formulas: readonly Expression[], prefix = 'e'): Emitted => {
  const lines: string[] = []
  const nodes = new Map<Expression, string>()
  const computed = new Map<string, string>()
  const visit = (node: Expression): string => {
    const known = nodes.get(node)
    if (known !== undefined) return known
    const name = write(node)
    nodes.set(node, name)
    return name
  }
  const write = (node: Expression): string => {
    if (node.type === 'input') return inputName(node.name)
    const code = node.type === 'number' ? literal(node.value) : operationOf(node)
    const before = computed.get(code)
    if (before !== undefined) return before
    const name = `${prefix}${lines.length}`
    lines.push(`let ${name} = ${code};`)
    computed.set(code, name)
    return name
  }
  const operationOf = ({
    operation,
    operands,
  }: Extract<Expression, { type: 'operation' }>): string => {
    const [a = '', b = '', c = ''] = operands.map(visit)
    const code = operations[operation]
    if (code) return code(a, b, c)
    throw new ArcmarginError(`operation ${operation} is unknown`, { argument: 'formula' })
  }
  const results = formulas.map(visit)
  return { statements: lines.join('\n'), results }
}
