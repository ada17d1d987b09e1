import { ParameterError } from '../errors.js'
import { fold, operandsOf } from './fold.js'
import type { Expression, Operation } from './node.js'

/** Every operation in float64. Conditions are 1 or 0; `select` takes values that are already there. */
export const arithmetic: Readonly<Record<Operation, (a: number, b: number, c: number) => number>> =
  {
    negate: (a) => -a,
    add: (a, b) => a + b,
    subtract: (a, b) => a - b,
    multiply: (a, b) => a * b,
    divide: (a, b) => a / b,
    power: (a, b) => a ** b,
    exp: Math.exp,
    log: Math.log,
    sqrt: Math.sqrt,
    cos: Math.cos,
    sin: Math.sin,
    abs: Math.abs,
    floor: Math.floor,
    // Both forms are exact, but only exp of a number <= 0 cannot overflow.
    sigmoid: (a) => {
      const e = Math.exp(-Math.abs(a))
      return (a < 0 ? e : 1) / (1 + e)
    },
    // log(1 + e^a) without overflow above and without loss of small values below.
    softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    // Not Math.min itself: it would take the third argument too.
    min: (a, b) => Math.min(a, b),
    max: (a, b) => Math.max(a, b),
    clamp: (a, low, high) => Math.min(Math.max(a, low), high),
    select: (condition, a, b) => (condition ? a : b),
    lt: (a, b) => Number(a < b),
    le: (a, b) => Number(a <= b),
    gt: (a, b) => Number(a > b),
    ge: (a, b) => Number(a >= b),
    stopGradient: (a) => a,
  }

/** The operands that have to be evaluated: of a `select` the condition, and then the branch that it chooses. */
const needed = (node: Expression, done: ReadonlyMap<Expression, number>): readonly Expression[] => {
  const operands = operandsOf(node)
  if (node.type !== 'operation' || node.operation !== 'select') return operands
  const condition = operands[0] && done.get(operands[0])
  const wanted = condition === undefined ? 0 : condition ? 1 : 2
  return operands.filter((_, index) => index === wanted)
}

/**
 * The value of a formula in float64. The branch that a `select` discards is not evaluated.
 *
 * @param node the formula
 * @param values a finite number for every input that is reached
 * @throws ParameterError that names an input without a value
 */
export const evaluate = (node: Expression, values: Readonly<Record<string, number>>): number =>
  fold<number>((part, [a = 0, b = 0, c = 0]) => {
    if (part.type === 'number') return part.value
    if (part.type === 'operation') return arithmetic[part.operation](a, b, c)
    const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined
    if (value === undefined) {
      throw new ParameterError('has no value', { argument: part.name, allowed: 'a finite number' })
    }
    return value
  }, needed)(node)
