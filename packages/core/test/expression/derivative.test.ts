import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derivative } from '../../src/expression/derivative.js'
import { evaluate } from '../../src/expression/evaluate.js'
import { apply, type Expression, input, number } from '../../src/expression/node.js'
import { parse } from '../../src/expression/parse.js'
import { print } from '../../src/expression/print.js'
import { between, doubled, names, regular, tameConstant, tower, tree } from './trees.js'

const inputs = ['x', 'y', 'low', 'high', 's', 'm', 'theta']
const slope = (formula: string, name = 'x'): string =>
  print(derivative(parse(formula, inputs), name))
const slopeAt = (formula: string, values: Readonly<Record<string, number>>, name = 'x'): number =>
  evaluate(derivative(parse(formula, inputs), name), values)

describe('rules', () => {
  test.each([
    ['7', '0'],
    ['x', '1'],
    ['y', '0'],
    ['-x', '-1'],
    ['x + y', '1'],
    ['y - x', '-1'],
    ['x * y', 'y'],
    ['x * x', 'x + x'],
    ['x / y', '1 / y'],
    ['y / x', '-(y / x) / x'],
    ['x ^ 2', '2 * x'],
    ['x ^ 3', '3 * x ^ 2'],
    ['x ^ (-1)', '-x ^ (-2)'],
    ['x ^ 0', '0'],
    ['x ^ y', 'select(abs(y) > 0, y * x ^ (y - 1), 0)'],
    ['y ^ x', 'select(y > 0, y ^ x * log(y), 0)'],
    ['2 ^ x', '2 ^ x * 0.6931471805599453'],
    ['exp(x)', 'exp(x)'],
    ['log(x)', '1 / x'],
    ['sqrt(x)', '1 / (2 * sqrt(x))'],
    ['cos(x)', '-sin(x)'],
    ['sin(x)', 'cos(x)'],
    ['abs(x)', 'select(x < 0, -1, select(x > 0, 1, 0))'],
    ['floor(x)', '0'],
    ['sigmoid(x)', 'sigmoid(x) * (1 - sigmoid(x))'],
    ['softplus(x)', 'sigmoid(x)'],
    ['min(x, y)', 'select(x <= y, 1, 0)'],
    ['max(y, x)', 'select(y >= x, 0, 1)'],
    ['clamp(x, -1, 1)', 'select(x < -1, 0, select(x > 1, 0, 1))'],
    ['clamp(y, x, 2)', 'select(x > 2, 0, select(y < x, 1, 0))'],
    ['clamp(y, 0, x)', 'select(0 > x, 1, select(y < 0, 0, select(y > x, 1, 0)))'],
    ['select(x < y, x, y)', 'select(x < y, 1, 0)'],
    ['select(x < y, sin(y), 3)', '0'],
    ['stopGradient(x)', '0'],
    ['x * stopGradient(x)', 'stopGradient(x)'],
  ])('%s has the slope %s', (formula, expected) => {
    expect(slope(formula)).toBe(expected)
  })

  test('ArcFace', () => {
    expect(slope('s * cos(theta + m)', 'theta')).toBe('s * (-sin(theta + m))')
  })

  test('chains multiply', () => {
    expect(slope('exp(-x ^ 2)')).toBe('exp(-x ^ 2) * (-(2 * x))')
  })
})

describe('corners', () => {
  test.each<[string, number, number]>([
    ['clamp(x, -1, 1)', -1, 1],
    ['clamp(x, -1, 1)', 1, 1],
    ['clamp(x, -1, 1)', 1.0000001, 0],
    ['abs(x)', 0, 0],
    ['min(x, 0)', 0, 1],
    ['min(0, x)', 0, 0],
    ['max(x, 0)', 0, 1],
    ['max(0, x)', 0, 0],
    ['x ^ 1', 0, 1],
    ['0 ^ (x + 1)', 0, 0],
    ['(-3) ^ max(2, x)', 1, 0],
    ['select(x > 0, sqrt(x), x)', 0, 1],
    ['2 * select(x > 0, log(x), x)', 0, 2],
  ])('%s at %d', (formula, x, expected) => {
    expect(slopeAt(formula, { x })).toBe(expected)
  })

  test('powers whose exponent is an input have no 0 * infinity', () => {
    expect(slopeAt('x ^ y', { x: 0, y: 0 })).toBe(0)
    expect(slopeAt('x ^ y', { x: 0, y: 1 })).toBe(1)
    expect(slopeAt('x ^ y', { x: 0, y: 2 }, 'y')).toBe(0)
  })

  test('a discarded branch stays out of the arithmetic', () => {
    expect(slopeAt('x * select(x > 0, log(x), 0) + select(x < 1, 1, 1 / (x - 1))', { x: 0 })).toBe(
      0,
    )
  })
})

test('random trees against central differences', () => {
  let checked = 0
  fc.assert(
    fc.property(
      // stopGradient differs from the difference on purpose.
      tree(tameConstant, 4, ['stopGradient']),
      fc.constantFrom(...names),
      fc.record({
        x: between(-2, 2),
        y: between(0.1, 2),
        theta: between(0, Math.PI),
      }),
      (node, name, point) => {
        const value = (step: number): number =>
          evaluate(node, { ...point, [name]: point[name] + step })
        const central = (step: number): number => (value(step) - value(-step)) / (2 * step)
        const step = 1e-4
        const estimate = (4 * central(step / 2) - central(step)) / 3
        const tolerance = 1 + Math.abs(estimate)
        const bend = Math.abs(value(step) - 2 * value(0) + value(-step)) / step
        // Only where the function is smooth and neither rounding nor curvature spoils the estimate.
        const smooth =
          regular(node, point) &&
          Math.abs(central(step) - central(step / 2)) < 1e-6 * tolerance &&
          bend < 0.01 * tolerance
        if (!smooth) return
        checked++
        const exact = evaluate(derivative(node, name), point)
        expect(Math.abs(exact - estimate) / tolerance).toBeLessThan(1e-5)
      },
    ),
    { seed: 5, numRuns: 4_000 },
  )
  expect(checked).toBeGreaterThan(2_000)
})

describe('size', () => {
  test('shared parts are visited once', () => {
    expect(derivative(doubled(), 'x')).toEqual(number(2 ** 100))
    let node: Expression = input('x')
    for (let i = 0; i < 60; i++) node = apply('multiply', apply('sin', node), apply('cos', node))
    expect(Number.isFinite(evaluate(derivative(node, 'x'), { x: 1 }))).toBe(true)
  })

  test('the slope of a nested formula grows with it, not exponentially', () => {
    const nested = (levels: number): string => `${'abs(x * '.repeat(levels)}x${')'.repeat(levels)}`
    expect(slope(nested(40)).length).toBeLessThan(40 * 40 * 60)
  })

  test('high trees', () => {
    expect(derivative(tower(20_000), 'x')).toEqual(number(1))
    expect(derivative(tower(20_000), 'y')).toEqual(number(20_000))
  })
})
