import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ArcmarginError,
  arcFace,
  curricularFace,
  FormulaError,
  type Loss,
  lossFromJson,
  ParameterError,
  sphereFace2,
} from '../../src/index.js'
import { lossCases } from '../support/losses.js'
import { thrown } from '../support/thrown.js'

/** The JSON of ArcFace with something else at a path. */
const withValue = (path: readonly string[], value: unknown, loss: Loss = arcFace()): string => {
  const data = JSON.parse(JSON.stringify(loss))
  let place = data
  for (const key of path.slice(0, -1)) place = place[key]
  // defineProperty, because assignment to __proto__ would change the prototype.
  Object.defineProperty(place, path.at(-1) ?? '', {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
  return JSON.stringify(data)
}

describe('JSON that is no loss is refused with a typed error', () => {
  test.each(['', '{', 'undefined', '[1, 2', "{'a': 1}", '{"definition":'])('%j', (json) => {
    const error = thrown(ParameterError, () => lossFromJson(json))
    expect(error).toMatchObject({ argument: 'json', allowed: 'what JSON.stringify(loss) writes' })
    expect(error.message).toContain('is not JSON')
  })

  test.each(['null', '1', '"loss"', '[]', 'true'])('%s', (json) => {
    const error = thrown(ParameterError, () => lossFromJson(json))
    expect(error).toMatchObject({ argument: 'loss', allowed: 'an object' })
  })

  test.each<[string, readonly string[], unknown, string]>([
    ['loss.definition', ['definition'], null, 'an object'],
    ['loss.definition', ['definition'], {}, 'an object with name'],
    ['loss.parameters', ['parameters'], [], 'an object'],
    ['loss.parameters.margin', ['parameters', 'margin'], null, 'perClass, perSample'],
    ['loss.parameters.margin', ['parameters', 'margin'], { toString: 1 }, 'perClass, perSample'],
    ['loss.gradient', ['gradient'], 'backwards', 'exact, straightThrough'],
    ['loss.pastPi', ['pastPi'], 3, 'none, linear, easy, plain, mirror'],
    ['loss.scale', ['scale'], 64, 'definition, parameters, gradient, pastPi'],
    ['loss.definition.name', ['definition', 'name'], 7, 'a string'],
    ['loss.definition.target', ['definition', 'target'], 7, 'an object'],
    ['loss.definition.target.none', ['definition', 'target'], { none: 1 }, 'a string'],
    [
      'loss.definition.target.up',
      ['definition', 'target'],
      { up: '1' },
      'none, linear, easy, plain, mirror',
    ],
    ['loss.definition.other', ['definition', 'other'], ['cosTheta'], 'a string'],
    ['loss.definition.where', ['definition', 'where'], 'a', 'an object'],
    ['loss.definition.where.a', ['definition', 'where'], { a: 1 }, 'a string'],
    ['loss.definition.row.a', ['definition', 'row'], { a: null }, 'a string'],
    [
      'loss.definition.reduction',
      ['definition', 'reduction'],
      'mean',
      'softmax, softmaxOthers, classwise',
    ],
    [
      'loss.definition.reduction',
      ['definition', 'reduction'],
      { positive: 'logit' },
      'an object with negative',
    ],
    [
      'loss.definition.batch.a.reduce',
      ['definition', 'batch'],
      { a: { reduce: 'max', of: '1' } },
      'mean, std, lowerMedian',
    ],
    [
      'loss.definition.negatives.a',
      ['definition', 'negatives'],
      { a: { reduce: 'sum' } },
      'an object with of',
    ],
    [
      'loss.definition.state.a',
      ['definition', 'state'],
      { a: { initial: '1' } },
      'an object with next',
    ],
    [
      'loss.definition.draws.a.rankMatched',
      ['definition', 'draws'],
      { a: { mean: '0', std: '1', rankMatched: 1 } },
      'a boolean',
    ],
    [
      'loss.definition.pooling.temperature',
      ['definition', 'pooling'],
      { temperature: 0.1 },
      'a string',
    ],
    [
      'loss.definition.regularizer.row',
      ['definition', 'regularizer'],
      { row: '1' },
      'sample, class',
    ],
    ['loss.definition.parameters.margin', ['definition', 'parameters', 'margin'], 0.5, 'an object'],
    [
      'loss.definition.parameters.margin.minimum',
      ['definition', 'parameters', 'margin', 'minimum'],
      '0',
      'a number',
    ],
    [
      'loss.definition.parameters.margin.scope',
      ['definition', 'parameters', 'margin', 'scope'],
      'perRow',
      'scalar, perClass, perSample',
    ],
    ['loss.definition.targets', ['definition', 'targets'], '1', 'name, citation'],
    ['loss.definition.__proto__', ['definition', '__proto__'], { other: '1' }, 'name, citation'],
    [
      'loss.definition.constructor',
      ['definition', 'constructor'],
      { other: '1' },
      'name, citation',
    ],
  ])('%s', (place, path, value, allowed) => {
    const error = thrown(ParameterError, () => lossFromJson(withValue(path, value)))
    expect(error.argument).toBe(place)
    expect(error.allowed).toContain(allowed)
  })

  test('a value out of range, a formula that cannot be read', () => {
    const degrees = thrown(ParameterError, () =>
      lossFromJson(withValue(['parameters', 'margin'], 28.6)),
    )
    expect(degrees).toMatchObject({ argument: 'margin', value: 28.6 })
    const misspelt = withValue(['definition', 'other'], 'scale * cosTeta')
    expect(thrown(FormulaError, () => lossFromJson(misspelt)).position).toBe(8)
    const slopes = withValue(['definition', 'straightThrough', 'target'], 'scala', sphereFace2())
    expect(thrown(FormulaError, () => lossFromJson(slopes)).position).toBe(0)
    const early = withValue(
      ['definition', 'batch', 'meanCosine', 'of'],
      'meanCosine',
      curricularFace(),
    )
    expect(thrown(ParameterError, () => lossFromJson(early)).argument).toBe('meanCosine')
  })

  test('whatever is cut out or put in, the error is one of ours', () => {
    const originals = lossCases.map(({ loss }) => JSON.stringify(loss))
    const values = fc.oneof(
      fc.constantFrom('null', '{}', '[]', '1e999', '"x"', '-1', '"__proto__"'),
      fc.json(),
    )
    fc.assert(
      fc.property(fc.constantFrom(...originals), fc.nat(), values, (json, at, value) => {
        // Every value of the text in turn: after a colon, up to the next comma or closing bracket.
        const places = [...json.matchAll(/:("(?:[^"\\]|\\.)*"|[-\d.e]+|true|false)/g)]
        const place = places[at % places.length]
        const [found = '', old = ''] = place ?? []
        const start = (place?.index ?? 0) + found.length - old.length
        const changed = json.slice(0, start) + value + json.slice(start + old.length)
        try {
          expect(lossFromJson(changed)).toHaveProperty('definition.name')
        } catch (error) {
          expect(error).toBeInstanceOf(ArcmarginError)
        }
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})
