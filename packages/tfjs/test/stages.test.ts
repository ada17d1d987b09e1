import { fileURLToPath } from 'node:url'
import {
  arcFace,
  curricularFace,
  type Loss,
  magFace,
  proxyNcaOriginal,
  sphereFace2,
} from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenPage, openPage } from '../../../scripts/browser.mjs'
import { bell, generator } from '../../core/test/support/random.js'
import { distance } from './support/compare.js'
import type { Given, Step } from './support/stages-page.js'

let opened: OpenPage
beforeAll(async () => {
  opened = await openPage(fileURLToPath(new URL('support/stages-page.ts', import.meta.url)))
}, 120_000)
afterAll(() => opened.close())

const take = async (given: Given): Promise<Step> => (await opened.call('step', given)) as Step

const single = (values: Float64Array): number[] => Array.from(Float32Array.from(values))

/** A random batch in numbers of float32. */
const batchOf = (
  loss: Loss,
  [rows, dimension, classes]: readonly [rows: number, dimension: number, classes: number],
): Given => {
  const random = generator(5)
  return {
    loss,
    embeddings: single(bell(random, rows * dimension)),
    classWeights: single(bell(random, classes * dimension)),
    labels: Array.from({ length: rows }, () => Math.floor(random() * classes)),
    dimension,
  }
}

/** The step by core in float64. */
const byCore = ({ loss, embeddings, classWeights, labels, dimension, options = {} }: Given) => {
  const { blockSize: _, cosineBudget: __, ...own } = options
  return marginLoss(
    loss,
    {
      embeddings: Float64Array.from(embeddings),
      classWeights: Float64Array.from(classWeights),
      labels,
      dimension,
    },
    { ...(own as object), gradients: { embeddings: true, classWeights: true } },
  )
}

/** The largest error of the loss and both gradients, each in units of its largest number. */
const error = (found: Step, given: Given): number => {
  const { loss, gradients } = byCore(given)
  return Math.max(
    distance([found.loss], [loss]),
    distance(found.embeddings, gradients.embeddings ?? []),
    distance(found.classWeights, gradients.classWeights ?? []),
  )
}

const staged = ['ArcmarginForward', 'ArcmarginBackward']

const margin = 0.3
const arc = arcFace({ margin, scale: 16 })

describe('all stages in programs', () => {
  const odd = batchOf(arc, [7, 5, 9])
  // Rows 1, 2 and 6 share a class, row 3 does not count, row 4 is zero.
  const labels = [4, 8, 8, -1, 0, 1, 8]
  const mixed = {
    ...odd,
    labels,
    embeddings: odd.embeddings.map((value, i) => (Math.floor(i / 5) === 4 ? 0 : value)),
  }

  it.each<[string, Given]>([
    ['odd sizes, shared classes, a row that does not count and a zero one', mixed],
    ['blocks', { ...mixed, options: { blockSize: 3 } }],
    ['blocks computed again', { ...mixed, options: { blockSize: 2, cosineBudget: 0 } }],
    [
      'sample weights and the sum',
      { ...mixed, options: { sampleWeights: [1, 2, 0.5, 1, 3, 0, 1], reduction: 'sum' } },
    ],
    [
      'margins of classes',
      {
        ...mixed,
        loss: arcFace({ margin: 'perClass', scale: 16 }),
        options: {
          parameters: { margin: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2, 0.3, 0.4) },
        },
      },
    ],
    [
      'margins of samples',
      {
        ...mixed,
        loss: arcFace({ margin: 'perSample', scale: 16 }),
        options: { parameters: { margin: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2) } },
      },
    ],
    ['norms and a regulariser', { ...odd, loss: magFace({ lowerNorm: 1, upperNorm: 3 }) }],
    ['a sum of terms', { ...mixed, loss: sphereFace2() }],
    ['targets outside the denominator', { ...odd, loss: proxyNcaOriginal() }],
    ['one row', batchOf(arc, [1, 4, 2])],
    // 17 of them fill the samplers of a program.
    ['many blocks', { ...batchOf(arc, [6, 8, 34]), options: { blockSize: 2 } }],
    // Wider than a texture, so that rows are folded.
    ['many classes', batchOf(arc, [2, 2, 17_001])],
    ['long vectors', batchOf(arc, [3, 301, 5])],
  ])('agree with core: %s', async (_, given) => {
    const found = await take(given)
    expect(found.kernels.filter((name) => name.startsWith('Arcmargin'))).toEqual(staged)
    expect(error(found, given)).toBeLessThan(1e-5)
  })

  it('leave other losses to their formulas', async () => {
    const given = { ...odd, loss: curricularFace({ margin, scale: 16 }) }
    const { loss, kernels } = (await opened.call('evaluate', given)) as Step
    expect(kernels).not.toContain('ArcmarginForward')
    expect(kernels).toContain('ArcmarginFormula')
    expect(distance([loss], [byCore(given).loss])).toBeLessThan(1e-6)
  })

  it('draw as often for few classes as for many of one block', async () => {
    const { draws } = await take(odd)
    expect((await take(batchOf(arc, [8, 6, 300]))).draws).toBe(draws)
    // A texture of an input and a number that is read back take one each.
    expect(draws).toBeLessThan(40)
  })

  it('keep nothing, and compile nothing for other rows of the same shape', async () => {
    await take(mixed)
    const before = await opened.call('holds')
    const others = { ...mixed, labels: [0, 3, 2, 5, -1, 1, 1] }
    expect(error(await take(others), others)).toBeLessThan(1e-5)
    expect(await opened.call('holds')).toEqual(before)
  })

  it('give the loss alone where no gradient is taken', async () => {
    const before = (await opened.call('holds')) as number[]
    const { loss } = (await opened.call('evaluate', mixed)) as Step
    expect(distance([loss], [byCore(mixed).loss])).toBeLessThan(1e-6)
    expect(((await opened.call('holds')) as number[]).slice(0, 2)).toEqual(before.slice(0, 2))
  })

  it('are finite where vectors are opposite, equal, tiny and huge', async () => {
    const given = {
      ...odd,
      labels: [0, 1, 2, 3, 4, 5, 6],
      embeddings: odd.classWeights
        .slice(0, 35)
        .map((value, i) => value * [1, -1, 1e-18, 1e18, -1e-18, 2, 1e18][Math.floor(i / 5)]!),
      classWeights: odd.classWeights.map(
        (value, i) => value * [1, 1, 1e18, 1e-18, 1, 1e-18, 1e18, 1, 1][Math.floor(i / 5)]!,
      ),
    }
    const found = await take(given)
    const numbers = [found.loss, ...found.embeddings, ...found.classWeights]
    expect(numbers.filter((number) => !Number.isFinite(number))).toEqual([])
    expect(distance([found.loss], [byCore(given).loss])).toBeLessThan(1e-6)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('make a loss with %d NaN', async (bad) => {
    const spoilt = (values: readonly number[]): number[] =>
      values.map((value, i) => (i === 7 ? bad : value))
    const { embeddings, classWeights } = odd
    expect((await take({ ...odd, embeddings: spoilt(embeddings) })).loss).toBeNaN()
    expect((await take({ ...odd, classWeights: spoilt(classWeights) })).loss).toBeNaN()
  })
})
