import { describe, expect, test } from 'vitest'
import { marginLoss } from '../../src/head/index.js'
import { type Loss, lossFromJson } from '../../src/index.js'
import { lossCases } from '../support/losses.js'
import { problemOf } from '../support/problem.js'
import { generator } from '../support/random.js'

declare const structuredClone: <T>(value: T) => T

/** Two training steps with everything that a head returns. */
const train = (loss: Loss, which: (typeof lossCases)[number]): unknown[] => {
  const { batch, parameters } = problemOf(which, 6, { rows: 5, classes: 4, dimension: 3 })
  const tables = Object.entries(parameters).filter(([, value]) => typeof value !== 'number')
  const options = { parameters: Object.fromEntries(tables), logits: true, gradients: true } as const
  const random = generator(1)
  const first = marginLoss(loss, batch, { ...options, random })
  return [first, marginLoss(loss, batch, { ...options, random, state: first.state })]
}

describe('a loss is data', () => {
  test.each(lossCases)(
    '$label comes back from JSON and from a clone the same, bit for bit',
    (which) => {
      const { loss } = which
      const copies = [lossFromJson(JSON.stringify(loss)), structuredClone(loss)]
      expect(copies[0]).toStrictEqual(loss)
      expect(JSON.stringify(copies[1])).toBe(JSON.stringify(loss))
      const expected = train(loss, which)
      for (const copy of copies) expect(train(copy, which)).toStrictEqual(expected)
    },
  )

  test('it cannot be changed by mistake', () => {
    for (const { loss } of lossCases) {
      expect(Object.isFrozen(loss) && Object.isFrozen(loss.parameters)).toBe(true)
    }
  })
})
