import { describe, expect, it } from 'vitest'
import { thinned } from '../src/history.js'

describe('the curves', () => {
  const moments = Array.from({ length: 1001 }, (_, i) => ({
    step: i + 1,
    loss: i + 1,
    seen: 0.5,
    any: i % 2,
  }))

  it('are drawn with few points, each the mean of as many', () => {
    const few = thinned(moments, 400)
    expect(few.length).toBe(334)
    expect(few[0]).toEqual({ step: 3, loss: 2, seen: 0.5, any: 1 / 3 })
    // 1001 is 333 threes and two more.
    expect(few.at(-1)).toEqual({ step: 1001, loss: 1000.5, seen: 0.5, any: 0.5 })
  })

  it('are what they are while they are short', () => {
    expect(thinned(moments.slice(0, 400), 400)).toEqual(moments.slice(0, 400))
  })
})
