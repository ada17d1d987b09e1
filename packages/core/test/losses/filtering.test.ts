import { describe, expect, test } from 'vitest'
import { marginLoss } from '../../src/head/index.js'
import {
  arcFace,
  cosFace,
  curricularFace,
  defineLoss,
  filterInterclass,
  type Loss,
  sphereFace2,
} from '../../src/index.js'
import { problemFor } from '../support/problem.js'

const run = (loss: Loss) =>
  marginLoss(loss, problemFor(loss, 4).batch, {
    logits: true,
    gradients: true,
    state: { ...(loss.definition.state ? { t: 0.4 } : {}) },
    training: false,
  })

describe('inter-class filtering', () => {
  test('puts the logit of a right angle in the place of a negative above the threshold', () => {
    const { batch } = problemFor(arcFace(), 4)
    const plain = run(arcFace({ scale: 10 })).logits ?? []
    const filtered = run(filterInterclass(arcFace({ scale: 10 }), 0.1)).logits ?? []
    expect(filtered).toHaveLength(20)
    filtered.forEach((logit, at) => {
      const own = at % 4 === batch.labels[Math.floor(at / 4)]
      const before = plain[at] as number
      expect(logit).toBe(!own && before > 1 ? 0 : before)
    })
    expect(filtered.some((logit, at) => logit !== plain[at])).toBe(true)
  })

  test('a threshold above every cosine changes nothing', () => {
    for (const loss of [
      arcFace({ gradient: 'straightThrough' }),
      cosFace(),
      curricularFace({ pastPi: 'mirror' }),
      sphereFace2(),
    ]) {
      expect(run(filterInterclass(loss, 1.5))).toStrictEqual(run(loss))
    }
  })

  test('keeps the options of the loss', () => {
    const loss = filterInterclass(
      arcFace({ margin: 0.3, pastPi: 'mirror', gradient: 'straightThrough' }),
      0.2,
    )
    expect(loss).toMatchObject({ pastPi: 'mirror', gradient: 'straightThrough' })
    expect(loss.parameters).toEqual({
      margin: 0.3,
      scale: 64,
      plainMargin: 0,
      filterThreshold: 0.2,
    })
    expect(loss.definition.name).toBe('ArcFace, inter-class filtered')
  })

  // It used to put in the cosine alone and left the angle as it was.
  test('of a loss in the angle: the angle counts as a right one too', () => {
    const definition = {
      name: 'In the angle',
      citation: '',
      parameters: { s: { default: 8 } },
      target: 's * cosTheta',
      other: 's * (pi - 2 * theta) / pi + sinTheta * cosTheta + sinTheta',
    } as const
    const filtered = filterInterclass(defineLoss(definition)(), 0.1)
    const byHand = defineLoss({
      ...definition,
      other: `select(cosTheta > 0.1, 1, ${definition.other})`,
    })()
    const [found, expected] = [run(filtered), run(byHand)]
    expect(found.loss).toBe(expected.loss)
    expect(found.logits).toEqual(expected.logits)
    expect(found.gradients).toEqual(expected.gradients)
  })
})
