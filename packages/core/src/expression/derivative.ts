import { fold } from './fold.js'
import { apply, type Expression, number, type Operation } from './node.js'
import { parse } from './parse.js'
import { simplify } from './simplify.js'
import { substitute } from './substitute.js'

/**
 * The derivative of `f`, an operation on u (and v, w) with the derivatives du (and dv, dw). At a corner of f the rule picks a
 * finite side: abs has slope 0 at 0, a tie of min or max counts for its first operand, and clamp passes on both bounds; where its
 * lower bound exceeds the upper, it is the upper.
 */
const rules: Readonly<Partial<Record<Operation, string>>> = {
  negate: '-du',
  add: 'du + dv',
  subtract: 'du - dv',
  multiply: 'du * v + u * dv',
  // Not over v^2, which overflows sooner.
  divide: '(du - f * dv) / v',
  // The selects keep 0 * infinity and the log of a base <= 0 out; a constant exponent decides the first and drops the second.
  power: 'select(abs(v) > 0, v * u ^ (v - 1), 0) * du + select(u > 0, f * log(u), 0) * dv',
  exp: 'f * du',
  log: 'du / u',
  sqrt: 'du / (2 * f)',
  cos: '-sin(u) * du',
  sin: 'cos(u) * du',
  abs: 'select(u < 0, -1, select(u > 0, 1, 0)) * du',
  sigmoid: 'f * (1 - f) * du',
  softplus: 'sigmoid(u) * du',
  min: 'select(u <= v, du, dv)',
  max: 'select(u >= v, du, dv)',
  clamp: 'select(v > w, dw, select(u < v, dv, select(u > w, dw, du)))',
  // The others have slope 0 everywhere: floor, stopGradient, and comparisons, which are not differentiated.
}

/**
 * The derivative of a formula with respect to one of its inputs, simplified. The other inputs are constants.
 *
 * @param node the formula; the derivative shares parts with it
 * @param name the input; one that does not occur gives 0
 */
export const derivative = (node: Expression, name: string): Expression => {
  const zero = number(0)
  const slope = fold<Expression>((f, slopes) => {
    if (f.type !== 'operation') return number(f.type === 'input' && f.name === name ? 1 : 0)
    const [u = zero, v = zero, w = zero] = f.operands
    const [du = zero, dv = zero, dw = zero] = slopes
    // Branch by branch, so that a discarded branch never enters the arithmetic.
    if (f.operation === 'select') return apply('select', u, dv, dw)
    const parts = { f, u, v, w, du, dv, dw }
    return substitute(parse(rules[f.operation] ?? '0', Object.keys(parts)), parts)
  })
  return simplify(slope(node))
}
