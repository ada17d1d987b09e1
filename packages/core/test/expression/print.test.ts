import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply, type Expression, input, number } from '../../src/expression/node.js'
import { parse } from '../../src/expression/parse.js'
import { print } from '../../src/expression/print.js'
import { anyConstant, names, tree } from './trees.js'

const [x, y, z] = [input('x'), input('y'), input('z')]

describe('print', () => {
  test.each([
    'scale * (cos(m1 * theta + m2) - m3)',
    'x - (y - z)',
    'x - y - z',
    'x + (y + z)',
    'x / (y * z)',
    'x / y * z',
    'x * (y / z)',
    '(x + y) * z',
    'x ^ y ^ z',
    '(x ^ y) ^ z',
    '-x ^ 2',
    '(-x) ^ 2',
    '(-2) ^ x',
    'x ^ (-2)',
    'x - (-3)',
    'x * (-y)',
    '-x * y',
    '-(x * y)',
    '-(x + y)',
    '--x',
    '2 ^ (-x)',
    'select(x < -1, -x, y)',
    'select(x + 1 >= y, min(x, y), clamp(z, -1, 1))',
    '2 * pi - pi ^ 2',
    '1e-7 * x + 1e+21',
  ])('%s is already canonical', (formula) => {
    expect(print(parse(formula, ['x', 'y', 'z', 'scale', 'theta', 'm1', 'm2', 'm3']))).toBe(formula)
  })

  test.each<[Expression, string]>([
    [number(-3), '-3'],
    [number(0.1 + 0.2), '0.30000000000000004'],
    [number(-Math.PI), '-pi'],
    [number(-0), '0'],
    [apply('multiply', -3, x), '-3 * x'],
    [apply('negate', apply('negate', apply('power', x, y))), '--x ^ y'],
    [apply('stopGradient', apply('subtract', x, apply('add', y, z))), 'stopGradient(x - (y + z))'],
  ])('%j', (node, text) => {
    expect(print(node)).toBe(text)
  })

  test('every tree is read back as it was', () => {
    fc.assert(
      fc.property(tree(anyConstant, 5), (node) => {
        expect(parse(print(node), names)).toEqual(node)
      }),
      { seed: 3, numRuns: 2_000 },
    )
  })

  test('trees survive JSON', () => {
    fc.assert(
      fc.property(tree(anyConstant, 4), (node) => {
        const copy = JSON.parse(JSON.stringify(node)) as Expression
        expect(copy).toEqual(node)
        expect(print(copy)).toBe(print(node))
      }),
      { seed: 4, numRuns: 500 },
    )
  })
})
