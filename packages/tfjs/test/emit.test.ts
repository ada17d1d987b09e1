import { apply, evaluate, type Operation, operations, parse } from '@arcmargin/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { emit, toTensor } from '../src/expression/emit.js'

beforeAll(() => tf.setBackend('cpu'))

const names = ['a', 'b', 'c']
const points = [-30, -1.5, -1e-4, 0, 0.3, 1, 2.5, 40]

const isCondition = (operation: Operation): boolean => /^[lg][te]$/.test(operation)

/** Every operation on inputs; a comparison stands where it may, in a select. */
const formulas = (Object.keys(operations) as Operation[])
  .filter((operation) => operation !== 'select')
  .map((operation) => {
    const operands = names.slice(0, operations[operation]).map((name) => parse(name, names))
    const node = apply(operation, ...operands)
    return [operation, isCondition(operation) ? apply('select', node, 1, 2) : node] as const
  })

it.each(formulas)('%s gives the float64 value to float32 rounding', (_, formula) => {
  for (const a of points) {
    const values = { a, b: 2, c: 3 }
    const expected = evaluate(formula, values)
    const [found] = emit([formula], { ...values, a: tf.scalar(a) })
    const [value] = toTensor(found ?? Number.NaN).dataSync()
    if (Number.isFinite(expected)) {
      const size = Math.max(Math.abs(expected), 1e-30)
      expect(Math.abs((value as number) - expected) / size).toBeLessThan(1e-6)
    } else expect(Number.isFinite(value)).toBe(false)
  }
})

it('computes numbers on the host and makes no tensor of them', () => {
  const before = tf.memory().numTensors
  expect(emit([parse('a * cos(b) + 1', names)], { a: 2, b: 0 })).toEqual([3])
  expect(tf.memory().numTensors).toBe(before)
})

it('keeps a NaN in the branch that is discarded out of the result', () => {
  const [found] = emit([parse('select(a > 0, log(a), a)', names)], { a: tf.tensor1d([-1, 1]) })
  expect(Array.from(toTensor(found ?? 0).dataSync())).toEqual([-1, 0])
})

it('names an input without a value', () => {
  expect(() => emit([parse('a + b', names)], { a: 1 })).toThrow('b has no value')
})
