import { random } from '@arcmargin/quickstart/random'
import { beforeAll, describe, expect, it } from 'vitest'
import { learn } from '../src/model/learn.js'
import { recognise } from '../src/model/recogniser.js'
import { chooseThreshold } from '../src/model/threshold.js'
import type { Variants } from '../src/model/variants.js'
import { kept, unseenEmoji } from './emoji.js'
import { net } from './net.js'

const unseen = unseenEmoji.slice(0, 100)
const vendors = [0, 1, 2, 3, 4]
let drawings: Variants[][] = []

beforeAll(async () => {
  const drawingsOf = (emoji: string): Promise<Variants[]> =>
    Promise.all(vendors.map(async (vendor) => net.variants(await kept(emoji, vendor))))
  drawings = await Promise.all(unseen.map(drawingsOf))
}, 300_000)

const own = (emoji: number, vendor: number): Variants => drawings[emoji]?.[vendor] as Variants

/** The emoji in an order of their own for each seed. */
const shuffled = (seed: number): number[] => {
  const chance = random(seed, 'lessons')
  return unseen
    .map((_, emoji) => ({ emoji, place: chance.between(0, 1) }))
    .sort((a, b) => a.place - b.place)
    .map(({ emoji }) => emoji)
}

/** What a page says that was taught some emoji by four vendors and is asked about the fifth's drawings. */
const lesson = async (seed: number, taught: number, far: number) => {
  const order = shuffled(seed)
  const asked = seed % vendors.length
  const teachers = vendors.filter((vendor) => vendor !== asked)
  const known = order.slice(0, taught)
  const others = order.slice(taught, taught + 10)
  const { recogniser, trials } = await learn({
    things: known.map((emoji) => ({
      name: String(emoji),
      pictures: teachers.map((vendor) => own(emoji, vendor)),
    })),
    others: others.flatMap((emoji) => teachers.slice(0, 2).map((vendor) => own(emoji, vendor))),
    dimension: net.dimension,
  })
  const threshold = chooseThreshold(trials, far)?.threshold ?? Infinity
  const named = (emoji: number): string => {
    const found = recognise({ ...recogniser, threshold }, own(emoji, asked)[0] as Float32Array)
    return found.known === undefined ? '' : (recogniser.names[found.known] as string)
  }
  const answers = known.map((emoji) => ({ emoji: String(emoji), said: named(emoji) }))
  const strangers = order.slice(taught + 10, taught + 70)
  return {
    right: answers.filter(({ emoji, said }) => said === emoji).length / taught,
    wrong: answers.filter(({ emoji, said }) => said !== '' && said !== emoji).length / taught,
    accepted: strangers.filter((emoji) => named(emoji) !== '').length / strangers.length,
  }
}

/** Means over pages that were taught other emoji. */
const lessons = async (taught: number, far: number, pages = 40) => {
  const results = await Promise.all(
    Array.from({ length: pages }, (_, seed) => lesson(seed, taught, far)),
  )
  const mean = (key: 'right' | 'wrong' | 'accepted'): number =>
    results.reduce((sum, result) => sum + result[key], 0) / pages
  return { right: mean('right'), wrong: mean('wrong'), accepted: mean('accepted') }
}

describe('a drawing by a vendor whose drawings were not shown', () => {
  // Little is sure from four drawings: cosines of one emoji by two vendors overlap with those of two emoji.
  it.each([
    { taught: 2, far: 0.05, least: 0.7, most: 0.05 },
    { taught: 5, far: 0.05, least: 0.75, most: 0.07 },
    { taught: 5, far: 0.1, least: 0.8, most: 0.14 },
    { taught: 10, far: 0.05, least: 0.7, most: 0.09 },
  ])('is recognised, and strangers are not: $taught things, wanted rate $far', async (lesson) => {
    const { right, wrong, accepted } = await lessons(lesson.taught, lesson.far)
    expect(right).toBeGreaterThanOrEqual(lesson.least)
    expect(wrong).toBeLessThanOrEqual(0.03)
    expect(accepted).toBeLessThanOrEqual(lesson.most)
  })
})
