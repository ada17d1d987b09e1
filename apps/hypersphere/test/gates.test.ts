import '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { split } from '../src/data/digits.js'
import { readPackage } from '../src/data/package.js'
import { Experiment, type Snapshot } from '../src/training/experiment.js'
import type { LossKey } from '../src/training/losses.js'
import { initialSettings } from '../src/training/settings.js'

const degrees = (angle: number): number => (angle * 180) / Math.PI

/** The page's training from start to end, without a page. */
const train = async (seed: number): Promise<Snapshot> => {
  const digits = split(await readPackage(), 100)
  const experiment = new Experiment(digits, { dimension: 2, seed, keys: ['softmax', 'arcface'] })
  while (!experiment.isDone) experiment.step(initialSettings)
  const end = await experiment.look(initialSettings)
  experiment.dispose()
  return end
}

describe('eight digits on a circle, at the settings that the page starts with', () => {
  const ends: Snapshot[] = []
  const mean = (value: (end: Snapshot) => number): number =>
    ends.reduce((sum, end) => sum + value(end), 0) / ends.length
  const seen = (end: Snapshot, key: LossKey) => {
    const both = end.seen[key]
    if (!both) throw new Error(`${key} was not trained`)
    return both
  }

  beforeAll(async () => {
    await setBackend('wasm')
    for (const seed of [1, 2, 3]) ends.push(await train(seed))
    for (const key of ['softmax', 'arcface'] as const) {
      const of = (value: (both: ReturnType<typeof seen>) => number): string =>
        mean((end) => value(seen(end, key))).toFixed(3)
      console.log(
        key,
        `held-out accuracy ${of(({ heldOut }) => heldOut.measures.accuracy)}`,
        `mean gap ${of(({ trained }) => degrees(trained.measures.meanGap))}°`,
        `open gaps ${of(({ trained }) => trained.measures.positiveGaps)}`,
        `smallest spacing ${of(({ trained }) => degrees(trained.measures.smallestSpacing))}°`,
        `of digits never seen: mean gap ${of(({ heldOut }) => degrees(heldOut.measures.meanGap))}°`,
      )
    }
  }, 1_800_000)

  it('ArcFace tells digits apart that it was not trained on', () => {
    expect(mean((end) => seen(end, 'arcface').heldOut.measures.accuracy)).toBeGreaterThanOrEqual(
      0.94,
    )
  })

  it('ArcFace keeps the classes 40 degrees apart, and opens 7 of 8 gaps', () => {
    const measures = (end: Snapshot) => seen(end, 'arcface').trained.measures
    expect(degrees(mean((end) => measures(end).smallestSpacing))).toBeGreaterThanOrEqual(40)
    expect(mean((end) => measures(end).positiveGaps)).toBeGreaterThanOrEqual(7)
  })

  it('ArcFace opens gaps 6 degrees wider than softmax, between digits that neither has seen', () => {
    const gap = (key: LossKey) => degrees(mean((end) => seen(end, key).heldOut.measures.meanGap))
    expect(gap('arcface')).toBeGreaterThanOrEqual(gap('softmax') + 6)
  })
})
