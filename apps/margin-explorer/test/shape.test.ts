import { arcFace, combined, magFace, sphereFaceR } from '@arcmargin/core'
import { describe, expect, it } from 'vitest'
import { radiansOf } from '../src/model/curve.js'
import { describeShape } from '../src/model/describe.js'
import { type Own, ownLoss } from '../src/model/losses.js'
import { initialSettings } from '../src/model/settings.js'
import { shapeOf } from '../src/model/shape.js'

const margin = 0.5
const own = (formula: string): Own => ownLoss({ ...initialSettings, own: formula })
const shapeOfOwn = (formula: string) => {
  const result = own(formula)
  if (!('loss' in result)) throw new Error(result.message)
  return shapeOf(result.loss)
}

describe('the shape of a margin', () => {
  it('has the jump that ArcFace’s linear continuation makes past π', () => {
    const { jumps } = shapeOf(arcFace({ margin, scale: 64, pastPi: 'linear' }))
    expect(jumps).toHaveLength(1)
    expect(jumps[0]?.at).toBeCloseTo(Math.PI - margin, 9)
    const expected = Math.cos(Math.PI - margin) - margin * Math.sin(margin) + 1
    expect((jumps[0]?.by as number) / 64).toBeCloseTo(expected, 9)
  })

  it('has the jump up at 90° of the easy margin', () => {
    const { jumps, rises } = shapeOf(arcFace({ margin, pastPi: 'easy' }))
    expect(jumps.map(({ at }) => at)).toEqual([expect.closeTo(Math.PI / 2, 9)])
    expect((jumps[0]?.by as number) / 64).toBeCloseTo(Math.sin(margin), 9)
    expect(rises).toHaveLength(1)
  })

  it('rises past π where nothing is done about it', () => {
    const { jumps, rises } = shapeOf(arcFace({ margin, pastPi: 'none' }))
    expect(jumps).toEqual([])
    expect(rises).toHaveLength(1)
    expect(Math.abs((rises[0]?.from as number) - (Math.PI - margin))).toBeLessThan(radiansOf(0.1))
    expect(rises[0]?.to).toBe(Math.PI)
  })

  it.each([
    ['the mirrored ArcFace', arcFace({ margin, pastPi: 'mirror' })],
    ['the mirrored combined margin', combined({ m1: 1.2, m2: 0.4, m3: 0.1, pastPi: 'mirror' })],
    ['SphereFace-R', sphereFaceR({ margin: 3.3 })],
    ['MagFace at norm 1', magFace({ pastPi: 'none' })],
  ])('finds no jump in %s', (_, loss) => {
    expect(shapeOf(loss).jumps).toEqual([])
  })

  it('finds steps, holes and steep places of formulas that visitors may type', () => {
    expect(shapeOfOwn('floor(theta)').jumps.map(({ at }) => at)).toEqual([
      expect.closeTo(1, 6),
      expect.closeTo(2, 6),
      expect.closeTo(3, 6),
    ])
    expect(shapeOfOwn('-sqrt(theta - 1)').undefined[0]?.from).toBe(0)
    expect(shapeOfOwn('-sqrt(theta + 1e-9)').jumps).toEqual([])
    expect(shapeOfOwn('1 / (1 + exp(500 * (theta - 1)))').jumps).toEqual([])
    expect(shapeOfOwn('0')).toMatchObject({ jumps: [], rises: [], undefined: [] })
    expect(shapeOfOwn('exp(1000 * theta)').undefined).toHaveLength(1)
  })

  it('is told without claiming more than was seen', () => {
    const say = (formula: string) => describeShape(shapeOfOwn(formula), initialSettings.scale)
    expect(say('cosTheta')).toEqual({
      continuous: 'No jump was found.',
      monotone: 'No rise was found.',
    })
    expect(say('select(theta < 1, 1, 0.5)').continuous).toBe(
      'No: it jumps down by 0.5000·s at 57.30°.',
    )
    expect(say('-cosTheta').monotone).toBe('No: it rises from 0.00° to 180.00°.')
    expect(say('log(theta)').continuous).toMatch(/not a finite number from 0\.00° to 0\.05°/)
  })
})

describe('a formula that cannot be read', () => {
  it.each([
    ['cos(tetha + m2)', 4, /unknown name "tetha"/],
    ['cos(theta', 9, /ends too early/],
    ['theta ** 2', 7, /unexpected "\*"/],
    ['', 0, /empty/],
    ['min(theta)', 9, /min takes 2 arguments/],
    ['alert(1)', 0, /unknown name "alert"/],
  ])('%s points at character %i', (formula, position, message) => {
    const result = own(formula)
    expect(result).toMatchObject({ position, message: expect.stringMatching(message) })
  })
})
