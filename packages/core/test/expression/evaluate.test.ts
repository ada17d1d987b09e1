import { describe, expect, test } from 'vitest'
import { ParameterError } from '../../src/errors.js'
import { evaluate } from '../../src/expression/evaluate.js'
import { apply, input } from '../../src/expression/node.js'
import { parse } from '../../src/expression/parse.js'
import { doubled, tower } from './trees.js'

const at = (formula: string, values: Readonly<Record<string, number>> = {}): number =>
  evaluate(parse(formula, ['x', 'y', ...Object.keys(values)]), values)

describe('evaluate', () => {
  test.each([
    ['-x', -0.75],
    ['x + y', 2.75],
    ['x - y', -1.25],
    ['x * y', 1.5],
    ['x / y', 0.375],
    ['x ^ y', 0.5625],
    ['y ^ (-2)', 0.25],
    ['exp(0)', 1],
    ['exp(1)', Math.E],
    ['log(exp(0) * 2)', Math.LN2],
    ['sqrt(x + 1.5)', 1.5],
    ['cos(pi)', -1],
    ['sin(pi / 2)', 1],
    ['abs(-x)', 0.75],
    ['floor(x)', 0],
    ['floor(-x)', -1],
    ['sigmoid(0)', 0.5],
    ['softplus(0)', Math.LN2],
    ['min(x, y)', 0.75],
    ['max(x, y)', 2],
    ['clamp(x, 0, 1)', 0.75],
    ['clamp(x, -1, 0.5)', 0.5],
    ['clamp(x, 1, y)', 1],
    ['select(x < y, 1, 0)', 1],
    ['select(x > y, 1, 0)', 0],
    ['select(x <= 0.75, 1, 0)', 1],
    ['select(x < 0.75, 1, 0)', 0],
    ['select(x >= 0.75, 1, 0)', 1],
    ['select(x > 0.75, 1, 0)', 0],
    ['stopGradient(x)', 0.75],
  ])('%s = %d', (formula, value) => {
    expect(at(formula, { x: 0.75, y: 2 })).toBe(value)
  })

  test('sigmoid and softplus stay exact where exp overflows or vanishes', () => {
    expect(at('sigmoid(x)', { x: 1e4 })).toBe(1)
    expect(at('sigmoid(x)', { x: -1e4 })).toBe(0)
    expect(at('sigmoid(x)', { x: -700 })).toBe(Math.exp(-700))
    expect(at('softplus(x)', { x: 1e4 })).toBe(1e4)
    expect(at('softplus(x)', { x: -50 })).toBe(Math.exp(-50))
    expect(at('softplus(x)', { x: -1e4 })).toBe(0)
  })

  test('the discarded branch is not evaluated', () => {
    expect(at('select(x > 0, x, y)', { x: 2 })).toBe(2)
    expect(at('select(x < 0, y, x)', { x: 2 })).toBe(2)
    expect(at('select(x < 0, select(y < 0, 1, 2), 3)', { x: 2 })).toBe(3)
  })

  test('a branch that is needed elsewhere is evaluated there', () => {
    const root = apply('sqrt', input('x'))
    const node = apply('add', apply('select', apply('gt', input('x'), 9), root, 1), root)
    expect(evaluate(node, { x: 4 })).toBe(3)
  })

  test('a missing input is named', () => {
    expect(() => at('x + y', { x: 1 })).toThrow(ParameterError)
    expect(() => at('x + y', { x: 1 })).toThrow('y has no value')
    expect(() => evaluate(input('toString'), {})).toThrow('toString has no value')
    expect(() => evaluate(input('__proto__'), {})).toThrow('__proto__ has no value')
  })

  test('shared and high trees', () => {
    expect(evaluate(doubled(), { x: 3 })).toBe(3 * 2 ** 100)
    expect(evaluate(tower(50_000), { x: 1, y: 2 })).toBe(100_001)
  })
})
