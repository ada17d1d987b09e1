import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arithmetic, evaluate } from '../../src/expression/evaluate.js'
import type { Expression } from '../../src/expression/node.js'
import { parse } from '../../src/expression/parse.js'
import { emitShader, type ShaderLanguage } from '../../src/shader/index.js'
import { between, doubled, names, tameConstant, tower, tree } from '../expression/trees.js'

/** JavaScript as if it were a shading language: what it computes can be compared with the trees. */
const script: ShaderLanguage = {
  conditions: {
    lt: (a, b) => `${a} < ${b}`,
    le: (a, b) => `${a} <= ${b}`,
    gt: (a, b) => `${a} > ${b}`,
    ge: (a, b) => `${a} >= ${b}`,
    select: (condition, a, b) => `${condition} ? ${a} : ${b}`,
  },
  literal: (value) => `${value}`,
  declare: (name, code) => `const ${name} = ${code}`,
}

const { exp, log, cos, sin, power, sigmoid, softplus } = arithmetic
const { abs, floor, max, min, sqrt } = Math
const provided = { abs, floor, max, min, sqrt, power, sigmoid, softplus }
const scope = { ...provided, exponential: exp, ln: log, cosine: cos, sine: sin }

const run = (formulas: readonly Expression[], point: Readonly<Record<string, number>>) => {
  const { statements, results } = emitShader(script, formulas, (name) => `i_${name}`)
  const parameters = [...Object.keys(scope), ...names.map((name) => `i_${name}`)]
  const body = `${statements}\nreturn [${results.join(', ')}]`
  return new Function(...parameters, body)(
    ...Object.values(scope),
    ...names.map((name) => point[name]),
  )
}

describe('emitShader', () => {
  test('computes what the tree computes', () => {
    const coordinate = between(-3, 3)
    const point = fc.record({ x: coordinate, y: coordinate, theta: coordinate })
    const formula = tree(tameConstant.map(Math.fround), 4)
    fc.assert(
      fc.property(formula, formula, point, (first, second, at) => {
        expect(run([first, second], at)).toEqual([evaluate(first, at), evaluate(second, at)])
      }),
      { numRuns: 500 },
    )
  })

  test('writes a shared part once, and names a constant', () => {
    const [sum, half] = [parse('cos(x) * 2 + cos(x)', ['x']), parse('cos(x) / 2', ['x'])]
    expect(emitShader(script, [sum, half], (name) => name, 'v')).toEqual({
      statements: [
        'const v0 = cosine(x)',
        'const v1 = 2',
        'const v2 = v0 * v1',
        'const v3 = v2 + v0',
        'const v4 = v0 / v1',
      ].join('\n'),
      results: ['v3', 'v4'],
    })
  })

  test('what float32 cannot hold becomes its largest number', () => {
    const { statements } = emitShader(script, [parse('1e300 - 0.1', [])], (name) => name)
    expect(statements).toContain(`= ${Math.fround(3.4e38)}\n`)
    expect(statements).toContain(`= ${Math.fround(0.1)}\n`)
  })

  test('depth and sharing cost neither stack nor time', () => {
    const high = { x: 1, y: 2, theta: 0 }
    expect(run([doubled()], high)).toEqual([2 ** 100])
    expect(run([tower(20_000)], high)).toEqual([40_001])
  })

  test('refuses an operation that the language lacks', () => {
    const foreign = { type: 'operation', operation: 'tan', operands: [] } as unknown as Expression
    expect(() => emitShader(script, [foreign], (name) => name)).toThrow(
      'a shader cannot compute an operation that the formula language lacks',
    )
  })
})
