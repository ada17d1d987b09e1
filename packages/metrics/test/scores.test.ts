import {
  EmptyError,
  LabelError,
  NonFiniteError,
  ShapeError,
  verificationScores,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'

describe('verificationScores', () => {
  it('sorts copies of both kinds', () => {
    const scores = [3, -1, 2, 10, 2]
    expect(verificationScores(scores, [true, false, 1, 0, true])).toEqual({
      genuine: Float64Array.of(2, 2, 3),
      impostor: Float64Array.of(-1, 10),
      impostorCounts: null,
      impostors: 2,
    })
    expect(scores).toEqual([3, -1, 2, 10, 2])
  })

  it.each([
    [[1, 2], [true], ShapeError, { argument: 'genuine', value: 1, allowed: '2, one for each row' }],
    [[1, NaN], [1, 0], NonFiniteError, { argument: 'scores', row: 1, value: NaN }],
    [[-Infinity, 1], [1, 0], NonFiniteError, { argument: 'scores', row: 0, value: -Infinity }],
    [
      [1, 2],
      [1, 2],
      LabelError,
      { argument: 'genuine', row: 1, value: 2, allowed: 'true, false, 1, 0' },
    ],
    [[1, 2], [1, 1], EmptyError, { argument: 'genuine', message: /no impostor pair/ }],
    [[1, 2], [0, 0], EmptyError, { argument: 'genuine', message: /no genuine pair/ }],
    [[], [], EmptyError, { argument: 'genuine', value: 0, allowed: '1 pair or more' }],
  ])('refuses scores %j with flags %j', (scores, genuine, type, { message, ...fields }: Fields) => {
    const attempt = () => verificationScores(scores, genuine)
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(message ?? /allowed/)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})

type Fields = {
  message?: RegExp
  argument: string
  row?: number
  value?: unknown
  allowed?: string
}
