import { ArcmarginError, type Expression, type Operation } from '@arcmargin/core'
import type { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'
import { power, sigmoid, softplus } from './accurate.js'

/** The values that formulas may use, by name. They broadcast against each other. */
export type Environment = Readonly<Record<string, Value>>

type Emitter = (o: Ops, a: Value, b: Value, c: Value, exponent: number | undefined) => Value

const unary =
  (operation: string): Emitter =>
  (o, a) =>
    o.unary(operation, a)

/** Every operation of the formula language as ONNX nodes. */
const emitters: Readonly<Record<Operation, Emitter>> = {
  negate: unary('Neg'),
  add: (o, a, b) => o.add(a, b),
  subtract: (o, a, b) => o.sub(a, b),
  multiply: (o, a, b) => o.mul(a, b),
  divide: (o, a, b) => o.div(a, b),
  power: (o, a, b, _, exponent) => power(o, a, b, exponent),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  cos: unary('Cos'),
  sin: unary('Sin'),
  abs: unary('Abs'),
  floor: unary('Floor'),
  sigmoid,
  softplus,
  min: (o, a, b) => o.min(a, b),
  max: (o, a, b) => o.max(a, b),
  clamp: (o, a, low, high) => o.min(o.max(a, low), high),
  select: (o, condition, a, b) => o.where(condition, a, b),
  lt: (o, a, b) => o.compare('lt', a, b),
  le: (o, a, b) => o.compare('le', a, b),
  gt: (o, a, b) => o.compare('gt', a, b),
  ge: (o, a, b) => o.compare('ge', a, b),
  // The gradients are nodes of their own, derived before: nothing differentiates the graph.
  stopGradient: (_, a) => a,
}

/**
 * A formula as ONNX nodes.
 *
 * @param o the graph under construction.
 * @param formula the expression tree.
 * @param environment a value for each of its inputs; the result has their broadcast shape.
 * @throws ArcmarginError that names an input without a value.
 */
export const emit = (o: Ops, formula: Expression, environment: Environment): Value => {
  const known = new Map<Expression, Value>()
  const visit = (node: Expression): Value => {
    const before = known.get(node)
    if (before) return before
    const value = compute(node)
    known.set(node, value)
    return value
  }
  const compute = (node: Expression): Value => {
    if (node.type === 'number') return o.value(node.value)
    if (node.type === 'input') {
      const value = environment[node.name]
      if (value) return value
      throw new ArcmarginError(`${node.name} has no value here`, { argument: node.name })
    }
    const [a, b = a, c = a] = node.operands.map(visit) as [Value, Value?, Value?]
    const [, exponent] = node.operands
    return emitters[node.operation](
      o,
      a,
      b as Value,
      c as Value,
      exponent?.type === 'number' ? exponent.value : undefined,
    )
  }
  return visit(formula)
}
