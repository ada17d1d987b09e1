import { beforeAll, describe, expect, test } from 'vitest'
import { withWrongLabels } from '../src/dataset.js'
import { experimentOf } from '../src/experiments.js'
import { prepareBackend } from '../src/net/backbone.js'
import { random } from '../src/random.js'
import type { Benchmark } from '../src/run.js'
import { train } from '../src/train.js'
import { tinyBenchmark, tinyRun } from './synthetic.js'

let benchmark: Benchmark

beforeAll(async () => {
  await prepareBackend()
  benchmark = tinyBenchmark()
})

describe('a run', () => {
  test('has identical metrics from the same seed, and others from another', () => {
    const rows = [5, 5, 6].map((seed) => tinyRun(benchmark, 'arcface', seed, 4).outcome.row)
    const [first, second, third] = rows.map(({ seconds: _, ...rest }) => rest)
    expect(second).toEqual(first)
    expect(third?.wEc).not.toBe(first?.wEc)
  })

  test.each(['softmax', 'normface', 'cosface', 'arcface', 'combined', 'sphereface-r'])(
    'learns with %s: the loss falls and θ with it',
    (key) => {
      const { outcome, losses } = tinyRun(benchmark, key, 0, 30)
      expect((losses.at(-1) ?? 1) / (losses[0] ?? 0)).toBeLessThan(0.6)
      // An epoch is one step here.
      const [start, end] = [outcome.history[1]?.median ?? 0, outcome.history.at(-1)?.median ?? 0]
      expect(start).toBeGreaterThan(75)
      expect(end).toBeLessThan(start - 20)
    },
  )

  test('learns with ArcFace and a center loss beside it', () => {
    const { outcome, losses } = tinyRun(benchmark, 'arcface-center', 0, 30)
    expect((losses.at(-1) ?? 1) / (losses[0] ?? 0)).toBeLessThan(0.6)
    // The center loss starts at half the squared length of an embedding, 64 after batch norm.
    const alone = tinyRun(benchmark, 'arcface', 0, 1)
    expect((losses[0] ?? 0) - (alone.losses[0] ?? 0)).toBeCloseTo(0.003 * 32, 2)
    expect(outcome.history).toHaveLength(31)
  })

  test.each([
    'contrastive',
    'triplet',
    'triplet-hard',
    'ntxent',
    'supcon',
    'multi-similarity',
    'circle',
  ])('trains with %s, from pairs alone', (key) => {
    const { outcome, trained, losses } = tinyRun(benchmark, key, 0, 10)
    const { row, history } = outcome
    expect(losses.every(Number.isFinite)).toBe(true)
    expect(row.rank1).toBeGreaterThan(100 / 14)
    // No class weights, so no angles to them; the classifier's are the centres of the training pictures.
    expect([row.wEc, row.wInter, history]).toEqual([Number.NaN, Number.NaN, []])
    expect(trained.classWeights).toHaveLength(20 * 64)
  })

  test('has the keys of metrics.json, exactly and in order', () => {
    const { row } = tinyRun(benchmark, 'cosface', 0, 2).outcome
    expect(Object.keys(row)).toEqual([
      'loss',
      'seed',
      'rank1',
      'tarAtFar1e-2',
      'tarAtFar1e-3',
      'eer',
      'wEc',
      'wInter',
      'intra',
      'inter',
      'seconds',
    ])
    expect(row.loss).toBe('cosface')
    expect(row.rank1).toBeGreaterThan(100 / 14)
    expect(row.rank1).toBeLessThanOrEqual(100)
    expect(row.intra).toBeGreaterThan(1)
    expect(row.intra).toBeLessThan(90)
  })

  test('shows 12 pictures with 6 neighbours each, never the picture itself', () => {
    const { neighbours } = tinyRun(benchmark, 'arcface', 0, 2).outcome
    expect(neighbours).toHaveLength(12)
    for (const { query, found } of neighbours) {
      expect(new Set(found).size).toBe(6)
      expect(found).not.toContain(query)
    }
  })

  test('tells right from wrong labels in its history of angles', () => {
    const { history } = tinyRun(benchmark, 'arcface-noisy-k3', 0, 12).outcome
    expect(history.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const share = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0)
    for (const { right, wrong } of history.slice(-4)) {
      expect(share(right) + share(wrong)).toBeCloseTo(1, 10)
      expect(share(wrong)).toBeGreaterThan(0.15)
      expect(share(wrong)).toBeLessThan(0.35)
    }
  })
})

test('stops when nobody asks for the next step', () => {
  const steps = train(benchmark.training.dataset, experimentOf('softmax'), { seed: 0, epochs: 9 })
  expect(steps.next().done).toBe(false)
  steps.return(undefined as never)
  expect(steps.next().done).toBe(true)
})

test('exactly a quarter of the labels is wrong, and none of those by chance right', () => {
  const { dataset } = benchmark.training
  const changed = withWrongLabels(dataset, 0.25, random(0, 'wrong labels'))
  const wrong = changed.filter((label, row) => label !== dataset.labels[row])
  expect(wrong).toHaveLength(dataset.labels.length / 4)
  expect(Math.max(...changed)).toBeLessThan(dataset.classes)
  expect(withWrongLabels(dataset, 0, random(0, 'wrong labels'))).toEqual(dataset.labels)
})
