import { arcFace, circle, combined, type Loss, magFace, sphereFaceR } from '@arcmargin/core'
import { describe, expect, it } from 'vitest'
import { anglesTo, curveOf } from '../src/model/curve.js'
import { definitionOf } from '../src/model/definition.js'
import { javascriptOf } from '../src/model/javascript.js'
import { ownLoss } from '../src/model/losses.js'
import { fromFragment, initialSettings, toFragment } from '../src/model/settings.js'

const theta = anglesTo(97)

const own = (formula: string): Loss => {
  const result = ownLoss({ ...initialSettings, own: formula })
  if (!('loss' in result)) throw new Error(result.message)
  return result.loss
}

/** Runs the generated function, as a visitor who copied it would. */
const run = (code: string): ((angle: number) => { target: number; slope: number }) =>
  new Function('featureNorm', 'weightNorm', `${code}\nreturn targetLogit`)(1, 1)

describe('generated JavaScript', () => {
  it.each([
    ['ArcFace', arcFace()],
    ['SphereFace-R', sphereFaceR()],
    ['the combined margin, mirrored', combined({ pastPi: 'mirror' })],
    ['MagFace', magFace()],
    ['circle', circle()],
    [
      'operations that losses seldom use',
      own('min(abs(theta - 2), clamp(theta, 1, 2)) - max(0, -sigmoid(theta)) ^ 3'),
    ],
    ['signs', own('-(-theta) - -2 * theta - (1 - (2 - theta)) / -softplus(-theta)')],
    [
      'a margin typed by a visitor',
      own('select(theta < 1, exp(-theta), log(theta + 1) - sqrt(theta))'),
    ],
  ])('of %s computes what core computes', (_, loss) => {
    const { target, slope } = curveOf(loss, theta)
    const generated = run(javascriptOf(loss))
    for (const [i, angle] of theta.entries()) {
      const result = generated(angle)
      expect(result.target).toBeCloseTo(target[i] as number, 9)
      expect(result.slope).toBeCloseTo(slope[i] as number, 9)
    }
  })
})

describe('the definition', () => {
  it('has the visitor’s formula and the parameters that it uses', () => {
    const code = definitionOf({ ...initialSettings, own: 'cos(theta + m2)' })
    expect(code).toContain('target: "scale * (cos(theta + m2))"')
    expect(code).toContain('m2: { default: 0.4 },\n    scale: { default: 64 },')
    expect(code).not.toMatch(/m1|m3/)
  })
})

describe('the link', () => {
  it('brings back every setting', () => {
    const settings = {
      ...initialSettings,
      arc: 0.75,
      pastPi: 'mirror' as const,
      own: 'cos(theta) - 50 % & #',
      read: 12,
    }
    expect(fromFragment(toFragment(settings))).toEqual(settings)
    expect(toFragment(initialSettings)).toBe('')
  })

  it('with anything else in it shows the start', () => {
    expect(
      fromFragment('arc=99&m1=x&scale=&pastPi=constructor&cos=NaN&__proto__=1&read=Infinity'),
    ).toEqual(initialSettings)
  })
})
