import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormulaError, ParameterError } from '../../src/errors.js'
import { apply, type Expression, input, number } from '../../src/expression/node.js'
import { parse } from '../../src/expression/parse.js'
import { print } from '../../src/expression/print.js'

const [x, y, z] = [input('x'), input('y'), input('z')]
const inputs = ['x', 'y', 'z', 'theta']

const refusal = (formula: string): FormulaError => {
  try {
    parse(formula, inputs)
  } catch (error) {
    if (error instanceof FormulaError) return error
    throw error
  }
  throw new Error(`accepted ${formula.slice(0, 80)}`)
}

describe('what formulas mean', () => {
  test.each<[string, Expression]>([
    ['x', x],
    ['  x\n', x],
    ['0.25', number(0.25)],
    ['.5e-3', number(0.0005)],
    ['12E+2', number(1200)],
    ['3.', number(3)],
    ['pi', number(Math.PI)],
    ['-2', number(-2)],
    ['--2', number(2)],
    ['-0', number(0)],
    ['-x', apply('negate', x)],
    ['x - y - z', apply('subtract', apply('subtract', x, y), z)],
    ['x / y / z', apply('divide', apply('divide', x, y), z)],
    ['x - (y - z)', apply('subtract', x, apply('subtract', y, z))],
    ['x + y * z', apply('add', x, apply('multiply', y, z))],
    ['x ^ y ^ z', apply('power', x, apply('power', y, z))],
    ['-x^2', apply('negate', apply('power', x, 2))],
    ['(-x)^2', apply('power', apply('negate', x), 2)],
    ['-2^2', apply('negate', apply('power', 2, 2))],
    ['(-2)^x', apply('power', -2, x)],
    ['2^-x', apply('power', 2, apply('negate', x))],
    ['2^-x^y', apply('power', 2, apply('negate', apply('power', x, y)))],
    ['2^-x*y', apply('multiply', apply('power', 2, apply('negate', x)), y)],
    ['-x*y', apply('multiply', apply('negate', x), y)],
    ['x*-y', apply('multiply', x, apply('negate', y))],
    ['x--3', apply('subtract', x, -3)],
    ['cos(x)', apply('cos', x)],
    ['min(x, y)', apply('min', x, y)],
    ['clamp(x, -1, 1)', apply('clamp', x, -1, 1)],
    ['stopGradient(x)', apply('stopGradient', x)],
    ['select(x < y, x, y)', apply('select', apply('lt', x, y), x, y)],
    ['select(x <= y, x, y)', apply('select', apply('le', x, y), x, y)],
    [
      'select(x + 1 > -y, x, y)',
      apply('select', apply('gt', apply('add', x, 1), apply('negate', y)), x, y),
    ],
    ['select(x >= y, x, y)', apply('select', apply('ge', x, y), x, y)],
    ['θ', input('theta')],
    [
      '2·θ×π−x',
      apply('subtract', apply('multiply', apply('multiply', 2, input('theta')), Math.PI), x),
    ],
  ])('%s', (formula, expected) => {
    expect(parse(formula, inputs)).toEqual(expected)
  })

  test('names of operators are free for inputs', () => {
    expect(parse('add + lt', ['add', 'lt'])).toEqual(apply('add', input('add'), input('lt')))
  })

  test('trees are frozen', () => {
    const node = parse('x + 1', inputs)
    expect(
      Object.isFrozen(node) && node.type === 'operation' && Object.isFrozen(node.operands),
    ).toBe(true)
  })
})

describe('what is refused, and where', () => {
  test.each<[string, number, string]>([
    ['', 0, 'the formula is empty'],
    ['  \t ', 4, 'the formula is empty'],
    ['x +', 3, 'the formula ends too early'],
    ['x + ', 4, 'the formula ends too early'],
    ['(x', 2, 'the formula ends too early'],
    ['cos', 3, 'the formula ends too early'],
    ['cos x', 4, 'unexpected "x"'],
    ['x y', 2, 'unexpected "y"'],
    ['2x', 1, 'unexpected "x"'],
    ['1.5.2', 3, 'unexpected ".2"'],
    ['1e', 1, 'unexpected "e"'],
    ['x)', 1, 'unexpected ")"'],
    ['x + * y', 4, 'unexpected "*"'],
    ['+x', 0, 'unexpected "+"'],
    ['.', 0, 'unexpected "."'],
    ['x + 💥', 4, 'unexpected "💥"'],
    ['x = y', 2, 'unexpected "="'],
    ['x == y', 2, 'unexpected "="'],
    ['(x, y)', 2, 'unexpected ","'],
    ['cos(x))', 6, 'unexpected ")"'],
    ['x + q', 4, 'unknown name "q"'],
    ['tan(x)', 0, 'unknown name "tan"'],
    ['x(2)', 1, 'unexpected "("'],
    ['cos()', 4, 'cos takes 1 argument'],
    ['cos(x, y)', 5, 'cos takes 1 argument'],
    ['min(x)', 5, 'min takes 2 arguments'],
    ['max(x, y, z)', 8, 'max takes 2 arguments'],
    ['clamp(x, y)', 10, 'clamp takes 3 arguments'],
    ['select(x < y, x)', 15, 'select takes 3 arguments'],
    ['select()', 7, 'select takes 3 arguments'],
    ['1 + 1e999', 4, 'a number is too large'],
    ['-1e309', 1, 'a number is too large'],
    ['x < y', 2, 'a comparison stands only once'],
    ['cos(x < y)', 6, 'a comparison stands only once'],
    ['select(x < y < z, x, y)', 13, 'a comparison stands only once'],
    ['select(x < y, x >= y, z)', 16, 'a comparison stands only once'],
    ['select((x < y), x, y)', 10, 'a comparison stands only once'],
    ['select(x, y, z)', 8, 'select starts with a condition'],
    ['select(x = y, x, y)', 9, 'select starts with a condition'],
    ['negate(x)', 0, 'unknown name "negate"'],
    ['lt(x, y)', 0, 'unknown name "lt"'],
    ['__proto__', 0, 'unknown name "__proto__"'],
    ['constructor(x)', 0, 'unknown name "constructor"'],
    ['x + toString', 4, 'unknown name "toString"'],
    ['hasOwnProperty', 0, 'unknown name "hasOwnProperty"'],
  ])('%s', (formula, position, problem) => {
    const error = refusal(formula)
    expect(error.position).toBe(position)
    expect(error.formula).toBe(formula)
    expect(error.message).toContain(`${problem}`)
    expect(error.message).toContain(`at character ${position}`)
  })

  test('an unknown name lists what is known', () => {
    expect(refusal('sin(phi)').allowed).toBe(
      'a number, x, y, z, theta, pi, exp, log, sqrt, cos, sin, abs, floor, sigmoid, softplus, min, max, clamp, select, stopGradient',
    )
  })

  test('a missing condition lists the comparisons', () => {
    expect(refusal('select(x, y, z)').allowed).toBe('<, <=, >, >=')
  })

  test.each(['pi', 'cos', 'select', '2x', '', 'x y', 'θ', 'a-b'])('the input name %j', (name) => {
    expect(() => parse('1', ['x', name])).toThrow(ParameterError)
    expect(() => parse('1', ['x', name])).toThrow('inputs cannot be the name of an input')
  })
})

describe('hostile text', () => {
  const million = 1_000_000

  test.each([
    ['a long name', 'x'.repeat(million)],
    ['a long number', '1'.repeat(million)],
    ['space', ' '.repeat(million)],
    ['open parentheses', '('.repeat(million)],
    ['a long sum', 'x+'.repeat(million / 2)],
  ])('%s is refused for its length', (_, formula) => {
    const error = refusal(formula)
    expect(error.position).toBe(10_000)
    expect(error.message).toContain('longer than 10000 characters')
    expect(error.message.length).toBeLessThan(300)
  })

  test('10 000 characters are read', () => {
    expect(parse(`${' '.repeat(9_999)}x`, inputs)).toEqual(x)
    expect(parse('0'.repeat(10_000), inputs)).toEqual(number(0))
    expect(refusal('x'.repeat(10_000)).position).toBe(0)
  })

  test.each([
    ['parentheses', '(', 200],
    ['signs', '-', 200],
    ['calls', 'cos(', 800],
    ['powers', 'x^', 400],
  ])('nested %s are refused at level 200', (_, opening, position) => {
    const error = refusal(opening.repeat(1_000))
    expect(error.position).toBe(position)
    expect(error.message).toContain('more than 200 levels of nesting')
  })

  test('199 parentheses are read', () => {
    expect(parse(`${'('.repeat(199)}x${')'.repeat(199)}`, inputs)).toEqual(x)
  })

  test('a sum of 201 terms is read, a higher tree is refused', () => {
    expect(parse(`x${'+x'.repeat(200)}`, inputs).type).toBe('operation')
    const error = refusal(`x${'+x'.repeat(201)}`)
    expect(error.position).toBe(403)
    expect(error.message).toContain('more than 200 operations inside one another')
  })

  /** Either a tree that prints and reads as itself, or a FormulaError inside the text. */
  const survives = (formula: string): void => {
    let node: Expression
    try {
      node = parse(formula, inputs)
    } catch (error) {
      expect(error).toBeInstanceOf(FormulaError)
      const { position } = error as FormulaError
      expect(position >= 0 && position <= formula.length).toBe(true)
      return
    }
    expect(parse(print(node), inputs)).toEqual(node)
  }

  test('random characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), survives), {
      seed: 1,
      numRuns: 2_000,
    })
  })

  test('random tokens', () => {
    const words = 'x y theta pi 1 2.5 1e3 + - * / ^ ( ) , < <= > >= cos( min( select( clamp( θ − ·'
    const token = fc.constantFrom(...words.split(' '))
    const text = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(' '))
    fc.assert(fc.property(text, survives), { seed: 2, numRuns: 5_000 })
  })
})
