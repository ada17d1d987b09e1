/**
 * The tree that every formula becomes: numbers, named inputs, and a closed list of operations. Nodes are frozen, so trees may
 * share parts. Conditions (`lt`, `le`, `gt`, `ge`) may stand only as the first operand of `select`.
 */

/** How many operands each operation takes. The list is closed: an adapter that emits these can emit every loss. */
export const operations = {
  negate: 1,
  add: 2,
  subtract: 2,
  multiply: 2,
  divide: 2,
  power: 2,
  exp: 1,
  log: 1,
  sqrt: 1,
  cos: 1,
  sin: 1,
  abs: 1,
  floor: 1,
  sigmoid: 1,
  softplus: 1,
  min: 2,
  max: 2,
  clamp: 3,
  select: 3,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  stopGradient: 1,
} as const

/** Name of an operation. */
export type Operation = keyof typeof operations

/** A finite constant. */
export interface NumberNode {
  readonly type: 'number'
  readonly value: number
}

/** A value that is known when the formula is evaluated, e.g. `theta` or `scale`. */
export interface InputNode {
  readonly type: 'input'
  readonly name: string
}

/** An operation on other expressions. */
export interface OperationNode {
  readonly type: 'operation'
  readonly operation: Operation
  readonly operands: readonly Expression[]
}

/** An immutable formula. */
export type Expression = NumberNode | InputNode | OperationNode

/** A constant; throws RangeError when it is not finite. */
export const number = (value: number): NumberNode => {
  if (!Number.isFinite(value)) throw new RangeError(`a constant must be finite, got ${value}`)
  // -0 would print as "0" and come back as another tree.
  return Object.freeze({ type: 'number', value: value === 0 ? 0 : value })
}

/** A named input. */
export const input = (name: string): InputNode => Object.freeze({ type: 'input', name })

/** An operation on expressions (numbers are taken as constants). `negate` of a constant is the negative constant. */
export const apply = (
  operation: Operation,
  ...operands: readonly (Expression | number)[]
): Expression => {
  const nodes = operands.map((operand) => (typeof operand === 'number' ? number(operand) : operand))
  const [first] = nodes
  if (operation === 'negate' && first?.type === 'number') return number(-first.value)
  return Object.freeze({ type: 'operation', operation, operands: Object.freeze(nodes) })
}

/** Whether the node is a comparison, which only `select` accepts. */
export const isCondition = (node: Expression): boolean =>
  node.type === 'operation' && /^[lg][te]$/.test(node.operation)
