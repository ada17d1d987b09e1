import * as core from '@arcmargin/core'
import { expect, it } from 'vitest'
import { MarginHead, type Optimizer } from '../src/index.js'
import { randomBatch } from './support/data.js'

const loss = core.adaFace()
const shape = { dimension: 16, classes: 30, subCenters: 2 }
const { classWeights: weights, embeddings, labels } = randomBatch(5, { rows: 12, ...shape })
const batch = { embeddings, labels }

const headOf = (optimizer: Optimizer, from = weights): Promise<MarginHead> =>
  MarginHead.create({ loss, ...shape, weights: from, optimizer })

it.each<Optimizer>([
  { type: 'sgd', learningRate: 0.1 },
  { type: 'adamW', learningRate: 0.01 },
])('a head goes on from what was read of another one: $type', async (optimizer) => {
  const first = await headOf(optimizer)
  for (let step = 0; step < 3; step++) await first.step(batch)
  const second = await headOf(optimizer, new Float32Array(weights.length))
  const arrays = ['weights', 'momentum', ...(optimizer.type === 'adamW' ? ['secondMoment'] : [])]
  for (const array of arrays as ('weights' | 'momentum' | 'secondMoment')[]) {
    await second.write(array, await first.read(array, 0, 11))
    await second.write(array, await first.read(array, 11), 11)
  }
  await second.resume(first.steps, first.state)
  expect([second.steps, second.state]).toEqual([3, first.state])
  for (let step = 0; step < 2; step++) {
    expect((await second.step(batch)).loss).toBe((await first.step(batch)).loss)
  }
  expect(await second.readWeights()).toEqual(await first.readWeights())
})

it('refuses arrays, classes, lengths, steps and states that are not its own, and changes nothing', async () => {
  const head = await headOf({ type: 'sgd', learningRate: 0.1 })
  await expect(head.read('secondMoment')).rejects.toThrow(
    'array is not held (got secondMoment); allowed: weights, momentum',
  )
  await expect(head.read('weights', 20, 11)).rejects.toThrow(
    'classes are not held (got 20 to 30); allowed: 0 to 29',
  )
  await expect(head.write('weights', new Float32Array(33))).rejects.toThrow(
    'weights has 33 values; allowed: a multiple of 32',
  )
  await expect(head.resume(-1)).rejects.toThrow('steps is out of range (got -1)')
  await expect(head.resume(1, { mean: Number.NaN })).rejects.toThrow('is not a state of this loss')
  expect(await head.readWeights()).toEqual(weights)
  expect(head.steps).toBe(0)
})
