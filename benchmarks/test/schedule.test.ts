import { describe, expect, test } from 'vitest'
import { hasTurn, planTurns } from '../src/run/schedule.js'

describe('planTurns', () => {
  test('takes short steps in a row, up to a limit', () => {
    expect(planTurns(2, 7)).toEqual({ steps: 15, turns: 7 })
    expect(planTurns(0.001, 7)).toEqual({ steps: 50, turns: 7 })
    expect(planTurns(100, 7)).toEqual({ steps: 1, turns: 7 })
  })

  test('gives slow engines fewer turns, but three; one where a step takes long', () => {
    expect(planTurns(3000, 7)).toEqual({ steps: 1, turns: 4 })
    expect(planTurns(10_000, 7)).toEqual({ steps: 1, turns: 3 })
    expect(planTurns(60_000, 7)).toEqual({ steps: 1, turns: 1 })
  })

  test('gives nobody more than asked for', () => {
    expect(planTurns(10_000, 2).turns).toBe(2)
  })
})

describe('hasTurn', () => {
  test.each([1, 2, 3, 5, 7])('spreads %i turns over 7 rounds', (turns) => {
    const rounds = Array.from({ length: 7 }, (_, round) => round).filter((round) =>
      hasTurn(round, 7, turns),
    )
    expect(rounds).toHaveLength(turns)
    const gaps = rounds.slice(1).map((round, i) => round - (rounds[i] ?? 0))
    if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
  })
})
