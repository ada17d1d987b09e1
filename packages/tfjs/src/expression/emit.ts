import {
  arithmetic,
  type Expression,
  fold,
  inputsOf,
  type Operation,
  ParameterError,
} from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { cosine, logarithm, sine } from './functions.js'
import { fusesFormulas, runFormula } from './kernel.js'
import { softplus } from './softplus.js'

/** A number that the host knows, or a tensor. */
export type Value = number | tf.Tensor

/** What the inputs of formulas stand for; tensors broadcast against each other. */
export type Environment = Readonly<Record<string, Value>>

/** Every operation as tensor ops; conditions are bool tensors. At least one operand is a tensor. */
const emitters: Readonly<Record<Operation, (a: Value, b: Value, c: Value) => tf.Tensor>> = {
  negate: (a) => tf.neg(a),
  add: (a, b) => tf.add(a, b),
  subtract: (a, b) => tf.sub(a, b),
  multiply: (a, b) => tf.mul(a, b),
  divide: (a, b) => tf.div(a, b),
  power: (a, b) => tf.pow(a, b),
  exp: (a) => tf.exp(a),
  log: (a) => logarithm(a as tf.Tensor),
  sqrt: (a) => tf.sqrt(a),
  cos: (a) => cosine(a as tf.Tensor),
  sin: (a) => sine(a as tf.Tensor),
  abs: (a) => tf.abs(a),
  floor: (a) => tf.floor(a),
  sigmoid: (a) => tf.sigmoid(a),
  softplus: (a) => softplus(a as tf.Tensor),
  min: (a, b) => tf.minimum(a, b),
  max: (a, b) => tf.maximum(a, b),
  clamp: (a, low, high) => tf.minimum(tf.maximum(a, low), high),
  // Values are chosen, not multiplied by 0: a NaN in the branch that is discarded goes nowhere.
  select: (condition, a, b) =>
    typeof condition === 'number'
      ? toTensor(condition ? a : b)
      : tf.where(condition, toTensor(a), toTensor(b)),
  lt: (a, b) => tf.less(a, b),
  le: (a, b) => tf.lessEqual(a, b),
  gt: (a, b) => tf.greater(a, b),
  ge: (a, b) => tf.greaterEqual(a, b),
  stopGradient: (a) => toTensor(a),
}

/** A value as a tensor. */
export const toTensor = (value: Value): tf.Tensor =>
  typeof value === 'number' ? tf.scalar(value, 'float32') : value

const valueIn = (environment: Environment, name: string): Value => {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined
  if (value !== undefined) return value
  throw new ParameterError('has no value', { argument: name, allowed: 'a number or tensor' })
}

/** A formula by the backend's kernel, in one pass; undefined where nothing would be saved. */
const inOnePass = (formula: Expression, environment: Environment): tf.Tensor | undefined => {
  const isSingle =
    formula.type !== 'operation' || formula.operands.every(({ type }) => type !== 'operation')
  if (isSingle) return undefined
  const tensors: Record<string, tf.Tensor> = {}
  const numbers: Record<string, number> = {}
  for (const name of inputsOf(formula)) {
    const value = valueIn(environment, name)
    if (typeof value === 'number') numbers[name] = value
    else tensors[name] = value
  }
  return Object.keys(tensors).length > 0 ? runFormula(formula, tensors, numbers) : undefined
}

/**
 * Formulas as tensor ops: one function for each kind of node, and what depends on numbers alone is computed on the host. A backend that
 * has a kernel for formulas computes each of them in one pass.
 *
 * @param formulas trees of core; parts that they share are computed once.
 * @param environment a number or a tensor for every input that occurs.
 * @returns a number or a tensor for each formula.
 * @throws ParameterError that names an input without a value.
 */
export const emit = (formulas: readonly Expression[], environment: Environment): Value[] => {
  const valueAt = fold<Value>((node, [a = 0, b = 0, c = 0]) => {
    if (node.type === 'number') return node.value
    if (node.type === 'operation') {
      return typeof a === 'number' && typeof b === 'number' && typeof c === 'number'
        ? arithmetic[node.operation](a, b, c)
        : emitters[node.operation](a, b, c)
    }
    return valueIn(environment, node.name)
  })
  if (!fusesFormulas()) return formulas.map(valueAt)
  return formulas.map((formula) => inOnePass(formula, environment) ?? valueAt(formula))
}
