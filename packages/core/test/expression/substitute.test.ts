import { describe, expect, test } from 'vitest'
import { equal } from '../../src/expression/equal.js'
import {
  apply,
  type Expression,
  input,
  number,
  type OperationNode,
} from '../../src/expression/node.js'
import { parse } from '../../src/expression/parse.js'
import { print } from '../../src/expression/print.js'
import { inputsOf, substitute } from '../../src/expression/substitute.js'
import { doubled, tower } from './trees.js'

const read = (formula: string): Expression => parse(formula, ['x', 'y', 'z'])

describe('substitute', () => {
  test('replaces every occurrence', () => {
    const node = substitute(read('x + sin(x * y)'), { x: read('z - 1') })
    expect(print(node)).toBe('z - 1 + sin((z - 1) * y)')
  })

  test('is simultaneous', () => {
    expect(print(substitute(read('x - y'), { x: input('y'), y: input('x') }))).toBe('y - x')
  })

  test('numbers fold into signs', () => {
    expect(substitute(read('-x'), { x: number(2) })).toEqual(number(-2))
  })

  test('shares what it does not change', () => {
    const node = read('sin(x) + cos(y)') as OperationNode
    expect(substitute(node, { z: number(1) })).toBe(node)
    const changed = substitute(node, { y: number(1) }) as OperationNode
    expect(changed.operands[0]).toBe(node.operands[0])
    expect(changed.operands[1]).toEqual(apply('cos', 1))
  })

  test('inherited keys replace nothing', () => {
    const node = apply('add', input('toString'), input('constructor'))
    expect(substitute(node, {})).toBe(node)
  })

  test('shared and high trees', () => {
    expect(equal(substitute(doubled(), { x: input('x') }), doubled())).toBe(true)
    expect([...inputsOf(substitute(tower(20_000), { x: input('y') }))]).toEqual(['y'])
  })
})

describe('inputsOf', () => {
  test('names each input once', () => {
    expect(inputsOf(read('select(x < 1, y, x * y) + 2'))).toEqual(new Set(['x', 'y']))
    expect(inputsOf(read('1 + pi'))).toEqual(new Set())
    expect(inputsOf(doubled())).toEqual(new Set(['x']))
  })
})

describe('equal', () => {
  test.each([
    ['x + 1', 'x + 1', true],
    ['x + 1', '1 + x', false],
    ['x + 1', 'x + 2', false],
    ['x + 1', 'y + 1', false],
    ['x + 1', 'x - 1', false],
    ['x * (y * z)', 'x * y * z', false],
    ['select(x < y, x, 1)', 'select(x < y, x, 1)', true],
    ['select(x < y, x, 1)', 'select(x <= y, x, 1)', false],
    ['0.1 + 0.2', '0.30000000000000004', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(equal(read(a), read(b))).toBe(expected)
  })

  test('an input is not the number or the operation that its name spells', () => {
    expect(equal(input('1'), number(1))).toBe(false)
    expect(equal(apply('add', input('x'), 1), apply('add', input('x'), input('1')))).toBe(false)
    expect(equal(input('sin 0'), apply('sin', input('x')))).toBe(false)
  })

  test('shared and high trees', () => {
    expect(equal(doubled(), doubled())).toBe(true)
    expect(equal(doubled(), apply('add', doubled(), input('x')))).toBe(false)
    expect(equal(tower(20_000), tower(20_000))).toBe(true)
    expect(equal(tower(20_000), tower(20_001))).toBe(false)
  })
})
