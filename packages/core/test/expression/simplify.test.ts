import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../src/expression/evaluate.js'
import { apply, input, number } from '../../src/expression/node.js'
import { parse } from '../../src/expression/parse.js'
import { print } from '../../src/expression/print.js'
import { simplify } from '../../src/expression/simplify.js'
import { anyConstant, between, doubled, regular, tameConstant, tower, tree } from './trees.js'

describe('simplify', () => {
  test.each([
    ['1 + 2 * 3', '7'],
    ['cos(0) + floor(2.5)', '3'],
    ['1 / 0', '1 / 0'],
    ['log(0) * x', 'log(0) * x'],
    ['exp(1000)', 'exp(1000)'],
    ['x + 0', 'x'],
    ['0 + x', 'x'],
    ['x - 0', 'x'],
    ['0 - x', '-x'],
    ['x - x', '0'],
    ['sin(x) * y - sin(x) * y', '0'],
    ['x - y', 'x - y'],
    ['x * 1', 'x'],
    ['1 * x', 'x'],
    ['x * 0', '0'],
    ['0 * x', '0'],
    ['-1 * x', '-x'],
    ['x * -1', '-x'],
    ['x / 1', 'x'],
    ['x / -1', '-x'],
    ['0 / x', '0'],
    ['x ^ 1', 'x'],
    ['x ^ 0', '1'],
    ['--x', 'x'],
    ['---x', '-x'],
    ['x + -y', 'x - y'],
    ['x - -y', 'x + y'],
    ['x + -3', 'x - 3'],
    ['x - -3', 'x + 3'],
    ['0 - (0 - x)', 'x'],
    ['stopGradient(2)', '2'],
    ['stopGradient(x)', 'stopGradient(x)'],
    ['select(1 < 2, x, y)', 'x'],
    ['select(2 <= 1, x, y)', 'y'],
    ['select(1 + 1 >= 2, x, y)', 'x'],
    ['select(1 > 2, 1 / 0, 3)', '3'],
    ['select(x < y, x + 0, x)', 'x'],
    ['select(x < 0, 0, 1 / x) * 2', 'select(x < 0, 0, 1 / x) * 2'],
    ['2 * (3 * x)', '2 * (3 * x)'],
  ])('%s becomes %s', (formula, expected) => {
    expect(print(simplify(parse(formula, ['x', 'y'])))).toBe(expected)
  })

  test('what is simple is shared', () => {
    const node = parse('sin(x) / (1 + y)', ['x', 'y'])
    expect(simplify(node)).toBe(node)
    const sum = simplify(apply('add', apply('exp', node), apply('multiply', input('x'), 1)))
    expect(sum).toEqual(apply('add', apply('exp', node), input('x')))
  })

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(tree(anyConstant, 5), (node) => {
        const once = simplify(node)
        expect(simplify(once)).toBe(once)
      }),
      { seed: 6, numRuns: 2_000 },
    )
  })

  test('values stay, where nothing is infinite', () => {
    let checked = 0
    const coordinate = between(-3, 3)
    fc.assert(
      fc.property(
        tree(tameConstant, 5),
        fc.record({ x: coordinate, y: coordinate, theta: coordinate }),
        (node, point) => {
          if (!regular(node, point)) return
          checked++
          // All rules are exact: there is no rounding, only the sign of zero is free.
          const change = evaluate(simplify(node), point) - evaluate(node, point)
          expect(Math.abs(change)).toBe(0)
        },
      ),
      { seed: 7, numRuns: 3_000 },
    )
    expect(checked).toBeGreaterThan(1_500)
  })

  test('shared and high trees', () => {
    const shared = doubled()
    expect(simplify(shared)).toBe(shared)
    expect(simplify(apply('subtract', shared, doubled()))).toEqual(number(0))
    const high = tower(20_000)
    expect(simplify(high)).toBe(high)
  })
})
