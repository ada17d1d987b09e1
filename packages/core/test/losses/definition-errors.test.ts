import { describe, expect, test } from 'vitest'
import { marginLoss } from '../../src/head/index.js'
import { defineLoss, FormulaError, type LossDefinition, ParameterError } from '../../src/index.js'
import { thrown } from '../support/thrown.js'

const plain = {
  name: 'Mine',
  citation: '',
  parameters: { m: { default: 0.5 }, s: { default: 8 } },
  target: 's * cosTheta',
  other: 's * cosTheta',
} satisfies LossDefinition

const define = (changes: Partial<LossDefinition>): unknown => defineLoss({ ...plain, ...changes })

describe('a formula that cannot be read points at the character', () => {
  test.each<[string, Partial<LossDefinition>, number]>([
    ['target', { target: 's * cos(tetha + m)' }, 8],
    ['one of several targets', { target: { none: 's', easy: 's * costheta' } }, 4],
    ['other', { other: 'scale * cosTheta' }, 0],
    ['where', { where: { a: 'm + n' } }, 4],
    ['where, before it is defined', { where: { a: 'm + b', b: 'm' } }, 4],
    ['row, of itself', { row: { a: '1 + a' } }, 4],
    ['negatives', { negatives: { a: { reduce: 'sum', of: 'exp(cosTheta' } } }, 12],
    [
      'their condition, which does not compare',
      { negatives: { a: { reduce: 'sum', of: '1', where: 'cosTheta' } } },
      8,
    ],
    [
      'their condition, which is more than one',
      { negatives: { a: { reduce: 'sum', of: '1', where: 'm < s, 1, 2) + select(m < s' } } },
      5,
    ],
    ['batch', { batch: { a: { reduce: 'mean', of: 'cosTheta *' } } }, 10],
    ['state, initial value of a row', { state: { a: { initial: 'cosTheta', next: 'a' } } }, 0],
    ['state, next value of a row', { state: { a: { initial: '0', next: 'a + theta' } } }, 4],
    ['draws', { draws: { a: { mean: 'm', std: '2 * t' } } }, 4],
    [
      'the default of a parameter',
      { parameters: { ...plain.parameters, b: { default: 'log(logit)' } } },
      4,
    ],
    ['straightThrough', { straightThrough: { target: 's', other: 's * k' } }, 4],
    ['the reduction', { reduction: { positive: 'logit', negative: 'softplus(cosTheta)' } }, 9],
    ['the pooling', { pooling: { temperature: 'cosTheta' } }, 0],
    ['the regulariser of a sample', { regularizer: { sample: 'm * logit' } }, 4],
    ['the regulariser of a class', { regularizer: { class: 'm * theta' } }, 4],
  ])('%s', (_, changes, position) => {
    const error = thrown(FormulaError, () => define(changes))
    expect(error.position).toBe(position)
  })

  test('the names that are known there are listed', () => {
    const error = thrown(FormulaError, () => define({ target: 's * cos(tetha + m)' }))
    expect(error.allowed).toContain(
      'theta, cosTheta, sinTheta, featureNorm, weightNorm, m, s, classes',
    )
  })
})

describe('a field that does not fit is named', () => {
  // What JavaScript may hand over, against the types.
  test.each<[string, object | null, string]>([
    ['an unknown field', { targt: 's' }, 'definition.targt'],
    ['no target', { target: undefined }, 'definition'],
    ['no other', { other: undefined }, 'definition'],
    ['no parameters', { parameters: undefined }, 'definition'],
    ['a number for a formula', { target: 1 }, 'definition.target'],
    ['an unknown treatment past π', { target: { round: 's' } }, 'definition.target.round'],
    ['an unknown reduction', { reduction: 'softMax' }, 'definition.reduction'],
    ['half a reduction', { reduction: { positive: 'logit' } }, 'definition.reduction'],
    [
      'an unknown statistic',
      { negatives: { a: { reduce: 'max', of: '1' } } },
      'definition.negatives.a.reduce',
    ],
    [
      'an unknown statistic of the batch',
      { batch: { a: { reduce: 'sum', of: '1' } } },
      'definition.batch.a.reduce',
    ],
    [
      'an unknown word in a range',
      { parameters: { ...plain.parameters, a: { default: 1, min: 0 } } },
      'definition.parameters.a.min',
    ],
    ['a number for a range', { parameters: { a: 3 } }, 'definition.parameters.a'],
    ['a formula for the pooling', { pooling: '0.1' }, 'definition.pooling'],
    ['an unknown regulariser', { regularizer: { row: '1' } }, 'definition.regularizer.row'],
  ])('%s', (_, changes, argument) => {
    const error = thrown(ParameterError, () => define(changes as Partial<LossDefinition>))
    expect(error.argument).toBe(argument)
    expect(error.message).toContain('does not fit')
  })

  test.each([undefined, null, 'cos(theta)', 1])('%j is no definition', (definition) => {
    const error = thrown(ParameterError, () => defineLoss(definition as unknown as typeof plain))
    expect(error).toMatchObject({ argument: 'definition', allowed: 'an object' })
  })

  test('a field may be undefined', () => {
    const optional: object = { where: undefined, pastPi: undefined, regularizer: undefined }
    expect(() => define(optional)).not.toThrow()
  })
})

describe('defaults that are formulas', () => {
  const of = (a: string, b: string | number, more: object = {}): ReturnType<typeof defineLoss> =>
    defineLoss({
      ...plain,
      parameters: { ...plain.parameters, a: { default: a, ...more }, b: { default: b } },
    })
  const batch = {
    embeddings: Float64Array.of(1, 0),
    classWeights: Float64Array.of(1, 0, 0, 1),
    labels: [0],
    dimension: 2,
  }

  test.each([
    ['itself', 'a + 1', 'a'],
    ['another formula', 'b + 1', 'b'],
  ])('may not follow from %s', (_, formula, value) => {
    const error = thrown(ParameterError, () => of(formula, 'classes')())
    expect(error).toMatchObject({ argument: 'a', value })
    expect(() => of('b + 1', 'classes')({ b: 3 } as object)).not.toThrow()
  })

  test('stay within their range', () => {
    const loss = of('1 - classes', 1, { above: 0 })()
    const error = thrown(ParameterError, () => marginLoss(loss, batch))
    expect(error).toMatchObject({ argument: 'a', value: -1, allowed: 'a finite number above 0' })
  })
})

describe('names', () => {
  test.each<[string, Partial<LossDefinition>]>([
    ['theta', { parameters: { ...plain.parameters, theta: { default: 1 } } }],
    ['classes', { state: { classes: { initial: '1', next: '1' } } }],
    ['m', { where: { m: '1' } }],
    ['a', { row: { a: '1' }, batch: { a: { reduce: 'mean', of: '1' } } }],
    ['a', { draws: { a: { mean: '1', std: '1' } }, negatives: { a: { reduce: 'sum', of: '1' } } }],
    ['batchSize', { where: { batchSize: '1' } }],
    ['logit', { row: { logit: '1' } }],
    ['gradient', { parameters: { ...plain.parameters, gradient: { default: 1 } } }],
    ['pastPi', { parameters: { ...plain.parameters, pastPi: { default: 1 } } }],
  ])('%s may not stand for two things', (name, changes) => {
    const error = thrown(ParameterError, () => define(changes))
    expect(error).toMatchObject({ argument: `Mine: ${name}`, allowed: 'another name' })
    expect(error.message).toContain('names two things')
  })

  // JSON.parse, because a literal would set the prototype.
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is refused wherever it stands',
    (name) => {
      const of = (value: unknown): Readonly<Record<string, never>> =>
        JSON.parse(JSON.stringify({ _: value }).replace('"_"', `"${name}"`))
      for (const changes of [
        { parameters: of({ default: 1 }) },
        { where: of('1') },
        { row: of('1') },
        { negatives: of({ reduce: 'sum', of: '1' }) },
        { batch: of({ reduce: 'mean', of: '1' }) },
        { state: of({ initial: '1', next: '1' }) },
        { draws: of({ mean: '1', std: '1' }) },
      ]) {
        const error = thrown(ParameterError, () => define({ target: '1', other: '1', ...changes }))
        expect(error.argument).toBe(`Mine: ${name}`)
        expect(error.message).toContain('belongs to every object')
      }
    },
  )

  test.each(['cos', 'pi', 'two words', '1st', ''])('%j cannot be a name', (name) => {
    const error = thrown(ParameterError, () => define({ where: { [name]: '1' } }))
    expect(error).toMatchObject({ argument: 'inputs', value: name })
  })
})

describe('the order of evaluation', () => {
  test.each<[string, Partial<LossDefinition>, Partial<ParameterError>]>([
    [
      'a statistic of the negatives of itself',
      { negatives: { a: { reduce: 'sum', of: 'cosTheta - a' } } },
      { argument: 'a', message: 'a may not depend on a' },
    ],
    [
      'its condition',
      { negatives: { a: { reduce: 'sum', of: '1', where: 'cosTheta > a' } } },
      { argument: 'a' },
    ],
    [
      'one of another',
      { negatives: { a: { reduce: 'sum', of: '1' }, b: { reduce: 'sum', of: 'a' } } },
      { argument: 'b', message: 'b may not depend on a' },
    ],
    [
      'by way of a row value',
      { row: { r: '2 * a' }, negatives: { a: { reduce: 'mean', of: 'r * cosTheta' } } },
      { argument: 'a', message: 'a may not depend on a' },
    ],
    [
      'by way of an abbreviation',
      { where: { r: '2 * a' }, negatives: { a: { reduce: 'mean', of: 'r * cosTheta' } } },
      { argument: 'a' },
    ],
    [
      'a statistic of the batch of itself',
      { batch: { a: { reduce: 'mean', of: 'theta + a' } } },
      { argument: 'a', message: 'a may not depend on a' },
    ],
    [
      'a statistic of the batch of itself, by way of a row value',
      { row: { r: '2 * a' }, batch: { a: { reduce: 'mean', of: 'r' } } },
      { argument: 'a' },
    ],
    [
      'a statistic of the negatives of one of the batch',
      { negatives: { a: { reduce: 'sum', of: 'b' } }, batch: { b: { reduce: 'mean', of: '1' } } },
      { argument: 'a', message: 'a may not depend on b' },
    ],
    [
      'a row value before it is defined',
      { where: { early: 'b + 1' }, row: { a: 'early', b: '1' } },
      { argument: 'row.b', message: 'row.b is used before it is defined' },
    ],
  ])('refuses %s', (_, changes, fields) => {
    expect(thrown(ParameterError, () => define(changes))).toMatchObject(fields)
  })

  test('a statistic of the batch may use those of the negatives, and a row value both', () => {
    const negatives = { a: { reduce: 'sum', of: 'cosTheta' } } as const
    const batch = { b: { reduce: 'mean', of: 'r + a' } } as const
    expect(() => define({ row: { r: '2 * a' }, negatives, batch })).not.toThrow()
    expect(() =>
      define({ row: { r: 'a + b' }, negatives, batch: { b: { reduce: 'mean', of: 'a' } } }),
    ).not.toThrow()
  })
})
