import { describe, expect, test } from 'vitest'
import { compile } from '../../src/backend.js'
import { evaluate, ParameterError, parse } from '../../src/index.js'
import { thrown } from '../support/thrown.js'
import { doubled, tower } from './trees.js'

describe('compiled formulas', () => {
  test('equal evaluate, lane by lane', () => {
    const formulas = [
      'select(x < y, x ^ 2, stopGradient(x) / y)',
      'clamp(x, y, 1) + min(x, y)',
      'y',
    ]
    const trees = formulas.map((formula) => parse(formula, ['x', 'y']))
    const x = [-1, 0, 0.5, 3]
    const results = compile(trees, ['x']).run(x.length, { x }, { y: 0.5 })
    trees.forEach((tree, index) => {
      const expected = x.map((value) => evaluate(tree, { x: value, y: 0.5 }))
      expect([...(results[index] as Float64Array).subarray(0, x.length)]).toEqual(expected)
    })
  })

  test('share what is shared, and may be of any height', () => {
    const [shared, high] = compile([doubled(), tower(50_000)], ['x']).run(1, { x: [1] }, { y: 2 })
    expect(shared?.[0]).toBe(2 ** 100)
    expect(high?.[0]).toBe(100_001)
  })

  test('name an input without a value', () => {
    const program = compile([parse('x + y', ['x', 'y'])], ['x'])
    expect(thrown(ParameterError, () => program.run(1, { x: [1] }, {})).argument).toBe('y')
  })
})
