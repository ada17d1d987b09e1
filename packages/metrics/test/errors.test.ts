import {
  EmptyError,
  LabelError,
  MetricsError,
  NonFiniteError,
  ParameterError,
  pairScores,
  ShapeError,
} from '@arcmargin/metrics'
import { expect, it } from 'vitest'

it.each([EmptyError, LabelError, NonFiniteError, ParameterError, ShapeError])(
  '%s is a MetricsError with its own name and every field',
  (Type) => {
    const details = { argument: 'labels', row: 3, value: 7, allowed: '0 to 6' }
    const error = new Type('is wrong', details)
    expect(error).toBeInstanceOf(MetricsError)
    expect(error).toMatchObject({ ...details, name: Type.name })
    expect(error.message).toBe('labels[3] is wrong (got 7); allowed: 0 to 6')
    expect(new Type('is wrong', { argument: 'labels' }).message).toBe('labels is wrong')
  },
)

it('reads as a sentence', () => {
  expect(() => pairScores(Float32Array.of(1, 1), [0, -5], { dimension: 1 })).toThrow(
    'labels[1] is not a label (got -5); allowed: integers from -1 (-1: ignored) to 2147483647',
  )
})
