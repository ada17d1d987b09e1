import { arcFace, marginLoss } from '@arcmargin/wasm'
import { describe, expect, it } from 'vitest'
import { learn } from '../src/model/learn.js'
import { recognise } from '../src/model/recogniser.js'
import { chooseThreshold } from '../src/model/threshold.js'
import { loss, trainHead } from '../src/model/train.js'
import { runTrials } from '../src/model/trials.js'
import type { Variants } from '../src/model/variants.js'
import { net } from './net.js'
import { discs } from './pictures.js'

const variantsOf = (number: number, count: number, from = 0): Promise<Variants[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => net.variants(discs(number, from + i))))

const names = ['first', 'second', 'third', 'fourth']
const lessons = async () => ({
  things: await Promise.all(
    names.map(async (name, number) => ({ name, pictures: await variantsOf(number, 4) })),
  ),
  others: (await Promise.all(Array.from({ length: 12 }, (_, i) => variantsOf(50 + i, 1)))).flat(),
  dimension: net.dimension,
})

describe('learning', () => {
  it('names new pictures of what it was taught, and refuses strangers', async () => {
    const { recogniser, trials } = await learn(await lessons())
    const point = chooseThreshold(trials, 0.05)
    expect(trials.strangers.length).toBe(4 * 4 + 12)
    const using = { ...recogniser, threshold: point?.threshold ?? Infinity }
    const known = await Promise.all(
      names.map(async (_, number) => recognise(using, await net.embed(discs(number, 99))).known),
    )
    expect(known).toEqual([0, 1, 2, 3])
    const strangers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => recognise(using, await net.embed(discs(200 + i)))),
    )
    expect(strangers.filter((one) => one.known !== undefined).length).toBeLessThanOrEqual(3)
  })

  it('adds a thing to class weights that came without pictures', async () => {
    const first = await learn(await lessons())
    const { classWeights, mean, dimension } = first.recogniser
    const old = names.map((name, i) => ({
      name,
      pictures: [],
      classWeight: classWeights.slice(i * dimension, (i + 1) * dimension),
    }))
    const added = { name: 'fifth', pictures: await variantsOf(7, 4) }
    const { recogniser, trials } = await learn({
      things: [...old, added],
      others: [],
      dimension,
      mean,
    })
    expect(recogniser.names).toEqual([...names, 'fifth'])
    expect(trials).toEqual({ genuine: [], strangers: [], knownShare: 1 })
    const using = { ...recogniser, threshold: 0.4 }
    const shown = [0, 1, 2, 3, 7]
    const found = await Promise.all(
      shown.map(async (number) => recognise(using, await net.embed(discs(number, 99))).known),
    )
    expect(found).toEqual([0, 1, 2, 3, 4])
  })

  it('refuses a thing without pictures, by name', async () => {
    const things = [{ name: 'mug', pictures: [] }]
    await expect(learn({ things, others: [], dimension: 64 })).rejects.toThrow(
      'mug has no pictures yet',
    )
    await expect(learn({ things: [], others: [], dimension: 64 })).rejects.toThrow('nothing')
  })

  it('stops when asked to', async () => {
    const controller = new AbortController()
    const course = {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    }
    await expect(learn(await lessons(), course)).rejects.toThrow('enough')
  })
})

describe('the head', () => {
  // Three classes so near each other that their margins are not met.
  const rows = [0, 25, 40, 65, 90].map((degrees) => {
    const theta = (degrees * Math.PI) / 180
    return Float32Array.of(Math.cos(theta), Math.sin(theta))
  })
  const training = { rows, labels: [0, 0, 1, 1, 2], classes: 3, dimension: 2 }

  it('ends with less ArcFace loss than it starts with, the same each time', async () => {
    expect(loss).toEqual(arcFace({ margin: 0.5, scale: 16 }))
    const batch = {
      embeddings: Float32Array.from(rows.flatMap((row) => [...row])),
      labels: training.labels,
      dimension: 2,
    }
    const lossOf = (classWeights: Float32Array): number =>
      marginLoss(loss, { ...batch, classWeights }).loss
    const trained = await trainHead(training)
    const directions = [12.5, 52.5, 90].map((degrees) => (degrees * Math.PI) / 180)
    const start = directions.flatMap((theta) => [Math.cos(theta), Math.sin(theta)])
    expect(lossOf(trained)).toBeLessThan(lossOf(Float32Array.from(start)))
    expect(await trainHead(training)).toEqual(trained)
  })
})

describe('trials', () => {
  const at = (degrees: number): Variants => {
    const theta = (degrees * Math.PI) / 180
    return [Float32Array.of(Math.cos(theta), Math.sin(theta))]
  }

  it('try every thing once as a stranger and held-out pictures of the others', async () => {
    const things = [
      [at(0), at(5)],
      [at(120), at(125)],
      [at(240), at(245)],
    ]
    const { genuine, strangers } = await runTrials({ things, others: [at(60)], dimension: 2 })
    // Six pictures of things and one of anything else; two pictures make two folds of held-out ones.
    expect(strangers.length).toBe(7)
    expect(genuine.length).toBe(4)
    for (const cosine of genuine) expect(cosine).toBeGreaterThan(0.98)
    for (const cosine of strangers) expect(cosine).toBeLessThan(0.7)
  })

  it('need two things', async () => {
    const trials = await runTrials({ things: [[at(0), at(5)]], others: [], dimension: 2 })
    expect(chooseThreshold(trials, 0.05)).toBeUndefined()
  })
})

describe('the threshold', () => {
  it('lets in as many strangers as wanted and no more', () => {
    const strangers = Array.from({ length: 20 }, (_, i) => i / 100)
    const trials = { genuine: [0.05, 0.15, 0.6, 0.7], strangers, knownShare: 1 }
    const point = chooseThreshold(trials, 0.1)
    expect(point?.falseAccepts).toBe(2)
    expect(point?.threshold).toBeCloseTo(0.18, 12)
    expect(point?.tar).toBe(0.5)
    expect(point?.resolved).toBe(true)
    expect(chooseThreshold(trials, 0.01)?.resolved).toBe(false)
  })
})
