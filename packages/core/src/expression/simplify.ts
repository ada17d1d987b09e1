import { numbering } from './equal.js'
import { arithmetic } from './evaluate.js'
import { fold } from './fold.js'
import { apply, type Expression, isCondition, number, type Operation } from './node.js'
import { rebuild } from './substitute.js'

type Same = (a: Expression, b: Expression) => boolean

const is = (node: Expression, value: number): boolean =>
  node.type === 'number' && node.value === value

/** What a node is the negative of, if it shows a minus sign. */
const negated = (node: Expression): Expression | undefined =>
  node.type === 'number' && node.value < 0
    ? number(-node.value)
    : node.type === 'operation' && node.operation === 'negate'
      ? node.operands[0]
      : undefined

/** The value of an operation whose operands are all constants. */
const constant = (node: Expression): number | undefined => {
  if (node.type !== 'operation') return undefined
  const values: number[] = []
  for (const operand of node.operands) {
    if (operand.type !== 'number') return undefined
    values.push(operand.value)
  }
  const [a = 0, b = 0, c = 0] = values
  return arithmetic[node.operation](a, b, c)
}

/**
 * What to write instead of an operation on a, b (and c); undefined when nothing is shorter. Zero times or over anything is 0:
 * inputs are finite, and what is left out could only have been an infinity or NaN that nobody asked for.
 */
const shorter: Partial<
  Record<
    Operation,
    (a: Expression, b: Expression, c: Expression, same: Same) => Expression | undefined
  >
> = {
  negate: negated,
  add: (a, b) => {
    if (is(a, 0)) return b
    if (is(b, 0)) return a
    const opposite = negated(b)
    return opposite && apply('subtract', a, opposite)
  },
  subtract: (a, b, _, same) => {
    if (is(b, 0)) return a
    if (is(a, 0)) return apply('negate', b)
    if (same(a, b)) return number(0)
    const opposite = negated(b)
    return opposite && apply('add', a, opposite)
  },
  multiply: (a, b) => {
    if (is(a, 0) || is(b, 1)) return a
    if (is(b, 0) || is(a, 1)) return b
    if (is(a, -1)) return apply('negate', b)
    return is(b, -1) ? apply('negate', a) : undefined
  },
  divide: (a, b) => (is(b, 1) || is(a, 0) ? a : is(b, -1) ? apply('negate', a) : undefined),
  power: (a, b) => (is(b, 0) ? number(1) : is(b, 1) ? a : undefined),
  // Nothing else moves into or out of a branch: the other one may be infinite where it is not chosen.
  select: (condition, a, b, same) => {
    const chosen = constant(condition)
    return chosen === undefined ? (same(a, b) ? a : undefined) : chosen ? a : b
  },
}

/**
 * The same formula, shorter: constants are computed where the result is finite, and zeros, ones, double signs, differences of
 * equals and selects without a choice disappear. Values stay the same to rounding; a second time changes nothing.
 *
 * @param node the formula; parts that are already simple are shared with the result
 */
export const simplify = (node: Expression): Expression => {
  const structure = numbering()
  const same: Same = (a, b) => a === b || structure(a) === structure(b)

  // Every rule gives a part, or one operation on parts, of what is already simple: looking again at the top is enough.
  const settle = (part: Expression): Expression => {
    for (let now = part; ; ) {
      if (now.type !== 'operation') return now
      // A comparison stays one, because select needs it.
      const value = isCondition(now) ? undefined : constant(now)
      if (value !== undefined && Number.isFinite(value)) return number(value)
      const [a = now, b = now, c = now] = now.operands
      const next = shorter[now.operation]?.(a, b, c, same)
      if (next === undefined) return now
      now = next
    }
  }
  return fold<Expression>((part, operands) => settle(rebuild(part, operands)))(node)
}
