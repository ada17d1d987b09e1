import { describe, expect, it } from 'vitest'
import { centerOf, embeddingsOf, startingWeights } from '../src/task/identities.js'
import { batchSize, dimension } from '../src/task/job.js'
import { Schedule } from '../src/task/schedule.js'

const degrees = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const dot = (p: ArrayLike<number>, q: ArrayLike<number>): number =>
    Array.from(p).reduce((sum, value, i) => sum + value * (q[i] as number), 0)
  return (Math.acos(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))) * 180) / Math.PI
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const identities = Array.from({ length: 400 }, (_, i) => 7919 * i)
const rowsOf = (values: Float32Array): Float32Array[] =>
  identities.map((_, row) => values.subarray(row * dimension, (row + 1) * dimension))

describe('identities', () => {
  it('have pictures 30 degrees from their centre, each in a direction of its own', () => {
    const [one, other] = [embeddingsOf(identities, 'a'), embeddingsOf(identities, 'b')].map(rowsOf)
    const centers = identities.map(centerOf)
    const off = centers.map((center, i) => degrees(center, one?.[i] ?? []))
    // Noise at random is 90 ± 7 degrees from the centre, so that the angle varies by about 4.
    expect(Math.abs(mean(off) - 30)).toBeLessThan(1)
    // cos² 30° = 0.75.
    const apart = identities.map((_, i) => degrees(one?.[i] ?? [], other?.[i] ?? []))
    expect(Math.abs(mean(apart) - 41.4)).toBeLessThan(1)
  })

  it('lie anywhere: neighbours in number are no neighbours in direction', () => {
    const apart = identities.map((identity) => degrees(centerOf(identity), centerOf(identity + 1)))
    // Of random directions in 64 dimensions: 90 degrees, with a deviation of 1/8 radian.
    expect(Math.abs(mean(apart) - 90)).toBeLessThan(1.5)
    const deviation = Math.sqrt(mean(apart.map((angle) => (angle - 90) ** 2)))
    expect(Math.abs(deviation - 7.2)).toBeLessThan(1)
  })

  it('are the same whenever they are asked for', () => {
    expect(embeddingsOf([5, 6], 'a').slice(dimension)).toEqual(embeddingsOf([6], 'a'))
  })
})

describe('class weights at the start', () => {
  it('are about 1 long, and those of fewer classes are the first of more', () => {
    const all = (classes: number): number[] =>
      [...startingWeights(classes)].flatMap(({ weights }) => Array.from(weights))
    const [few, many] = [all(1000), all(9000)]
    expect(many.length).toBe(9000 * dimension)
    expect(many.slice(0, few.length)).toEqual(few)
    expect(Math.abs(mean(many.map((value) => value * value)) * dimension - 1)).toBeLessThan(0.01)
  })
})

describe('the schedule', () => {
  it('has every identity once a round, but for what fills no batch, in another order each round', () => {
    const schedule = new Schedule(1000)
    const steps = Math.floor(1000 / batchSize)
    const round = (first: number): number[] =>
      Array.from({ length: steps }, (_, i) => Array.from(schedule.at(first + i).labels)).flat()
    const [one, two] = [round(0), round(steps)]
    expect(new Set(one).size).toBe(steps * batchSize)
    expect(new Set(two).size).toBe(steps * batchSize)
    expect(two).not.toEqual(one)
  })

  it('draws seen identities from those that steps had', () => {
    const schedule = new Schedule(5000)
    const had = new Set([0, 1].flatMap((step) => Array.from(schedule.at(step).labels)))
    let at = 0
    const draws = {
      below: (count: number) => at++ % count,
      between: () => 0,
      permutation: () => new Uint32Array(0),
    }
    const drawn = Array.from({ length: 600 }, () => schedule.drawSeen(2, draws))
    expect(new Set(drawn)).toEqual(had)
  })
})
