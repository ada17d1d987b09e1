import { describe, expect, test } from 'vitest'
import {
  adaCos,
  adaptiveFace,
  arcFace,
  combined,
  cosFace,
  curricularFace,
  defineLoss,
  filterInterclass,
  lSoftmax,
  magFace,
  normFace,
  ParameterError,
  proxyAnchor,
  softmax,
  softTriple,
  sphereFace2,
  uniFace,
} from '../../src/index.js'
import { factories } from '../support/losses.js'
import { thrown } from '../support/thrown.js'

/** A factory as JavaScript sees it. */
type Untyped = (options: Readonly<Record<string, unknown>>) => unknown
const untyped = (factory: unknown): Untyped => factory as Untyped

describe('hyperparameters', () => {
  test('a margin in degrees is refused with the unit', () => {
    const error = thrown(ParameterError, () => arcFace({ margin: 28.6 }))
    expect(error).toMatchObject({ argument: 'margin', value: 28.6, row: undefined })
    expect(error.message).toBe(
      'margin is out of range (got 28.6); allowed: a finite number at least 0, at most 3.1416 (radians)',
    )
  })

  test.each<[string, () => unknown, string, unknown, string]>([
    ['a negative scale', () => arcFace({ scale: -64 }), 'scale', -64, 'a finite number above 0'],
    ['no scale', () => cosFace({ scale: 0 }), 'scale', 0, 'a finite number above 0'],
    [
      'an infinite scale',
      () => normFace({ scale: Infinity }),
      'scale',
      Infinity,
      'a finite number above 0',
    ],
    [
      'no number',
      () => combined({ m1: Number.NaN }),
      'm1',
      Number.NaN,
      'a finite number at least 0.01, at most 10 (factor of the angle)',
    ],
    [
      'a margin above 2',
      () => cosFace({ margin: 2.5 }),
      'margin',
      2.5,
      'a finite number at least 0, at most 2 (cosine)',
    ],
    [
      'half a multiple',
      () => lSoftmax({ margin: 2.5 }),
      'margin',
      2.5,
      'a whole number at least 1',
    ],
    [
      'text',
      () => untyped(arcFace)({ margin: '0.5' }),
      'margin',
      '0.5',
      'a finite number at least 0, at most 3.1416 (radians)',
    ],
    [
      'null',
      () => untyped(arcFace)({ margin: null }),
      'margin',
      null,
      'a finite number at least 0, at most 3.1416 (radians)',
    ],
    [
      'a scope that there is not',
      () => untyped(arcFace)({ margin: 'perBatch' }),
      'margin',
      'perBatch',
      'a finite number at least 0, at most 3.1416 (radians)',
    ],
    [
      'the range of a filter',
      () => filterInterclass(arcFace(), -0.1),
      'filterThreshold',
      -0.1,
      'a finite number at least 0, at most 2 (cosine)',
    ],
  ])('%s', (_, call, argument, value, allowed) => {
    expect(thrown(ParameterError, call)).toMatchObject({ argument, value, allowed })
  })

  test.each([...factories])('%s refuses an option that it has not', (_, factory) => {
    const error = thrown(ParameterError, () => untyped(factory)({ margn: 0.5 }))
    expect(error.argument).toBe('margn')
    expect(error.message).toContain(`is not an option of ${factory.definition.name}`)
    expect(error.allowed).toBe(
      [...Object.keys(factory.definition.parameters), 'pastPi', 'gradient'].join(', '),
    )
  })

  test('inherited names are no options', () => {
    expect(thrown(ParameterError, () => untyped(softmax)({ constructor: 1 })).argument).toBe(
      'constructor',
    )
  })
})

describe('tables where one number is needed', () => {
  test.each<[string, () => unknown, string, string]>([
    [
      'a default that follows',
      () => sphereFace2({ margin: 'perSample' }),
      'margin',
      'a number: the default of bias follows from it',
    ],
    [
      'the same for each class',
      () => uniFace({ ratio: 'perClass' }),
      'ratio',
      'a number: the default of bias follows from it',
    ],
    [
      'the next state',
      () => curricularFace({ momentum: 'perSample' }),
      'momentum',
      'a number: the state t follows from it',
    ],
    [
      'the first state',
      () => adaCos({ minimumScale: 'perClass' }),
      'minimumScale',
      'a number: the state scale follows from it',
    ],
    [
      'the pooling',
      () => softTriple({ temperature: 'perSample' }),
      'temperature',
      'a number: the pooling follows from it',
    ],
    [
      'the classes',
      () => adaptiveFace({ margin: 'perSample' }),
      'margin',
      'a number or perClass: the regulariser of the classes follows from it',
    ],
  ])('%s', (_, call, argument, allowed) => {
    expect(thrown(ParameterError, call)).toMatchObject({ argument, allowed })
  })

  test('a default that is overridden follows from nothing', () => {
    expect(sphereFace2({ margin: 'perSample', bias: -4 }).parameters).toMatchObject({ bias: -4 })
    expect(adaptiveFace({ lambda: 'perClass' }).parameters).toEqual({
      margin: 'perClass',
      scale: 32,
      lambda: 'perClass',
    })
  })
})

describe('ways past π and backwards', () => {
  test.each<[string, () => unknown, string, unknown, string]>([
    [
      'a way that is not offered',
      () => combined({ pastPi: 'linear' }),
      'pastPi',
      'linear',
      'none, easy, mirror',
    ],
    [
      'a way that there is not',
      () => untyped(magFace)({ pastPi: 'clip' }),
      'pastPi',
      'clip',
      'none, linear, plain, easy, mirror',
    ],
    [
      'a loss with one',
      () => cosFace({ pastPi: 'none' }),
      'pastPi',
      'none',
      'nothing: the loss has one treatment',
    ],
    [
      'null',
      () => untyped(arcFace)({ pastPi: null }),
      'pastPi',
      null,
      'none, linear, plain, easy, mirror',
    ],
    [
      'a gradient that is not offered',
      () => cosFace({ gradient: 'straightThrough' }),
      'gradient',
      'straightThrough',
      'exact',
    ],
    [
      'a gradient that there is not',
      () => untyped(arcFace)({ gradient: 'detached' }),
      'gradient',
      'detached',
      'exact, straightThrough',
    ],
    [
      'no gradient',
      () => untyped(arcFace)({ gradient: null }),
      'gradient',
      null,
      'exact, straightThrough',
    ],
  ])('%s', (_, call, argument, value, allowed) => {
    expect(thrown(ParameterError, call)).toMatchObject({ argument, value, allowed })
  })

  test('several targets without a default have to be chosen from', () => {
    const choice = defineLoss({
      name: 'Choice',
      citation: '',
      parameters: {},
      target: { none: 'cosTheta', easy: '1' },
      other: 'cosTheta',
    })
    expect(choice({ pastPi: 'easy' }).pastPi).toBe('easy')
    const error = thrown(ParameterError, () => choice())
    expect(error).toMatchObject({ argument: 'pastPi', allowed: 'none, easy' })
  })

  test('a parameter without a default has to be given', () => {
    const bare = defineLoss({
      name: 'Bare',
      citation: '',
      parameters: { s: { above: 0 } },
      target: 's',
      other: 's',
    })
    expect(bare({ s: 2 }).parameters).toEqual({ s: 2 })
    expect(thrown(ParameterError, () => bare())).toMatchObject({
      argument: 's',
      value: undefined,
      allowed: 'a finite number above 0',
    })
  })
})

test('a loss that is one value for the batch has no regulariser of the samples', () => {
  const { definition } = proxyAnchor
  const error = thrown(ParameterError, () =>
    defineLoss({ ...definition, regularizer: { sample: 'featureNorm' } })(),
  )
  expect(error).toMatchObject({ argument: 'regularizer.sample', allowed: 'regularizer.class' })
})
