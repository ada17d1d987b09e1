import { fileURLToPath } from 'node:url'
import * as ort from 'onnxruntime-node'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { build } from '../src/model/build.js'
import { choose } from '../src/model/losses.js'
import {
  classes,
  classOf,
  describeSheet,
  lookedUpRows,
  trainingRows,
  vendors,
} from '../src/model/pictures.js'
import { dimension } from '../src/model/projection.js'
import { startingRates, Training } from '../src/model/training.js'

const sheet = new URL('../../verification-lab/data/pictures.webp', import.meta.url)
const pixels = await sharp(fileURLToPath(sheet))
  .extract({ left: 0, top: 0, width: vendors.length * 32, height: classes * 32 })
  .ensureAlpha()
  .raw()
  .toBuffer()
const features = describeSheet(pixels)

const start = (name: string, optimizer: keyof typeof startingRates, formula = '') => {
  const chosen = choose({ name, formula, settings: {} })
  if (!('loss' in chosen)) throw new Error(chosen.message)
  const choice = { kind: 'training-step', optimizer, subCenters: 1, keepLogits: true } as const
  const { bytes } = build(chosen.loss, choice, { dimension, classes })
  return Training.create(ort, bytes, features, 1)
}

it.each([
  ['ArcFace', 'sgd', ''],
  ['CurricularFace', 'adamw', ''],
  ['Your own', 'sgd', 'cosTheta - m * (theta / pi)^2'],
] as const)(
  '%s with %s: steps lower the loss and bring the right neighbours near',
  async (name, optimizer, formula) => {
    const training = await start(name, optimizer, formula)
    const { rank1: before } = training.start
    const records = []
    for (let step = 0; step < 40; step++)
      records.push(await training.step(startingRates[optimizer]))
    const [first, last] = [records[0]!, records.at(-1)!]
    expect(last.loss).toBeLessThan(first.loss / 4)
    expect(last.rank1).toBeGreaterThan(before + 0.08)
    await training.dispose()
  },
)

it('neighbours are training pictures, nearest first, and the share counts the first of each', async () => {
  const training = await start('ArcFace', 'sgd')
  const right = lookedUpRows.filter((row) => {
    const [nearest, next] = training.neighboursOf(row, 2)
    expect(trainingRows).toContain(nearest!.row)
    expect(nearest!.theta).toBeLessThanOrEqual(next!.theta)
    return classOf(nearest!.row) === classOf(row)
  })
  expect(training.start.rank1).toBe(right.length / lookedUpRows.length)
  await training.dispose()
})
