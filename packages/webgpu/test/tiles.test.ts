import { arcFace } from '@arcmargin/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { BufferPass } from '../src/buffers/index.js'
import {
  FeatureError,
  type HeadShape,
  MarginHead,
  type TileStorage,
  type Tiles,
} from '../src/index.js'
import { testDevice } from './support/device.js'
import { createProblem, inCore, rowError } from './support/problem.js'

let device: GPUDevice

beforeAll(async () => {
  device = await testDevice('subgroups')
})

/** Large enough that tiles are measured. */
const [rows, classes, dimension] = [64, 8200, 128]
const problem = createProblem(rows, classes, dimension)

const headFor = async (shape: Partial<HeadShape>): Promise<MarginHead> => {
  const head = await MarginHead.create(device, arcFace({ scale: 16 }), {
    classes,
    dimension,
    ...shape,
  })
  head.load(problem.weights)
  return head
}

/** One tiling for all products, and where it is direct one size of tiles, or the largest of each. */
const tilesOf = (tiling: Tiles['cosineTiling'], size: Tiles['cosineRows'] | 'largest' = 4) => ({
  cosineTiling: tiling,
  embeddingTiling: tiling,
  weightTiling: tiling,
  ...(size === 'largest'
    ? ({ cosine: 24, cosineRows: 16, embedding: 16, weight: 24, weightValues: 16 } as const)
    : { cosine: size, cosineRows: size, embedding: size, weight: size, weightValues: size }),
})

/** For comparing millions of numbers at once. */
const bytesOf = (values: Float32Array | undefined): Buffer => {
  if (!values) throw new Error('no gradient')
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** Entries that were read and written, over a map. */
const storageOver = (entries: Map<string, string>): TileStorage & { reads: number } => ({
  reads: 0,
  getItem(key) {
    this.reads++
    return entries.get(key) ?? null
  },
  setItem: (key, value) => void entries.set(key, value),
})

/** Ways to cut the products; the last is the first again. */
const small = [['direct', 4], ['shared'], ['quad', 4], ['direct', 4]] as const
const large = [
  ['direct', 'largest'],
  ['direct', 16],
  ['direct', 8],
  ['quad', 'largest'],
  ['quad', 16],
  ['shared'],
  ['direct', 'largest'],
] as const

/** Where D fills quads of threads with large tiles. */
const swapped = [
  ['direct', 'largest'],
  ['quad', 'largest'],
  ['quad', 8],
] as const

describe('all tilings', () => {
  it.each([
    [1, 1, 1, 1, small],
    [5, 9, 12, 3, small],
    // More threads along D than a workgroup has, and not a whole number of workgroups.
    [20, 50, 144, 1, small],
    [70, 133, 46, 2, large],
    [70, 133, 62, 2, swapped],
  ] as const)(
    'N %i, C %i, D %i, K %i: agree with core, and with one another to the bit',
    async (count, classCount, width, subCenters, cuts) => {
      const odd = createProblem(count, classCount, width, { subCenters, ignore: true })
      const loss = arcFace({ scale: 16 })
      const expected = inCore(loss, odd)
      const runs = []
      for (const [tiling, size] of cuts) {
        const tiles = tilesOf(tiling, size)
        const head = await MarginHead.create(device, loss, {
          ...{ classes: classCount, dimension: width, subCenters, tiles },
          optimizer: { type: 'sgd', momentum: 0.9, weightDecay: 0.01 },
        })
        head.load(odd.weights)
        const result = await head.backward(odd)
        const { embeddings, classWeights } = result.gradients
        expect(Math.abs(result.loss - expected.loss)).toBeLessThanOrEqual(3e-6 * expected.loss)
        expect(rowError(embeddings, expected.gradients.embeddings, width)).toBeLessThan(1e-5)
        expect(rowError(classWeights, expected.gradients.classWeights, width)).toBeLessThan(1e-5)
        for (let step = 0; step < 2; step++) await head.step(odd, { learningRate: 0.1 })
        const best = await head.topK(odd.embeddings, Math.min(classCount, 3))
        runs.push({ result, best, weights: await head.readWeights() })
        head.destroy()
      }
      for (const run of runs) expect(run).toEqual(runs[0])
    },
    300_000,
  )

  it('stay the same where cosines are computed again, in chunks and over several buffers', async () => {
    const odd = createProblem(6, 300, 9)
    const results = []
    for (const tiling of ['direct', 'shared', 'quad'] as const) {
      const head = await MarginHead.create(device, arcFace({ scale: 16 }), {
        ...{ classes: 300, dimension: 9, tiles: tilesOf(tiling) },
        ...{ cosineBudget: 16 * 4 * 70, shardClasses: 128 },
      })
      head.load(odd.weights)
      results.push(await head.backward(odd))
      head.destroy()
    }
    for (const result of results) expect(result).toEqual(results[0])
  }, 300_000)
})

describe('tiles', () => {
  it('are measured once, kept in the storage, and leave the bits of the results alone', async () => {
    const entries = new Map<string, string>()
    const tuned = await headFor({ tileStorage: storageOver(entries) })
    const result = await tuned.backward(problem)
    expect(entries.size).toBe(1)
    const [[key, value] = ['', '']] = [...entries]
    expect(key).toMatch(/^arcmargin\.tiles\/.*\/64x128 subgroups$/)
    const found = JSON.parse(value)
    const { cosine, cosineRows, embedding, weight, weightValues, cosineGroup, weightGroup } = found
    const tilings = [found.cosineTiling, found.embeddingTiling, found.weightTiling]
    expect(['direct', 'quad', 'shared']).toEqual(expect.arrayContaining(tilings))
    expect([4, 8, 16]).toEqual(expect.arrayContaining([cosineRows, embedding, weightValues]))
    expect([4, 8, 16, 24]).toEqual(expect.arrayContaining([cosine, weight]))
    expect([1, 4]).toEqual(expect.arrayContaining([cosineGroup, weightGroup]))
    tuned.destroy()
    const otherTiling = (tiling: string) => (tiling === 'direct' ? 'shared' : 'direct')
    const other = {
      cosineTiling: otherTiling(found.cosineTiling),
      embeddingTiling: otherTiling(found.embeddingTiling),
      weightTiling: otherTiling(found.weightTiling),
      cosine: cosine === 4 ? 8 : 4,
      cosineRows: cosineRows === 4 ? 8 : 4,
      cosineGroup: cosineGroup === 4 ? 1 : 4,
      embedding: embedding === 4 ? 8 : 4,
      weight: weight === 4 ? 8 : 4,
      weightValues: weightValues === 4 ? 8 : 4,
      weightGroup: weightGroup === 4 ? 1 : 4,
    } as const
    const given = await headFor({ tiles: other })
    const again = await given.backward(problem)
    expect(again.loss).toBe(result.loss)
    for (const name of ['embeddings', 'classWeights'] as const) {
      expect(bytesOf(again.gradients[name]).equals(bytesOf(result.gradients[name]))).toBe(true)
    }
    given.destroy()
  }, 300_000)

  it('that make neighbours swap are refused where the device cannot', async () => {
    const plain = await testDevice()
    const shape = { classes: 4, dimension: 8 }
    const refusal = 'the device lacks the feature subgroups: request it, where the adapter has it'
    for (const name of ['cosineTiling', 'embeddingTiling', 'weightTiling'] as const) {
      const tiles = { [name]: 'quad' } as const
      const refused = MarginHead.create(plain, arcFace(), { ...shape, tiles })
      await expect(refused).rejects.toThrow(new FeatureError('subgroups'))
      await expect(refused).rejects.toMatchObject({ message: refusal, argument: 'device' })
      expect(() => new BufferPass(plain, arcFace(), { ...shape, tiles })).toThrow(refusal)
    }
    const entries = new Map<string, string>()
    const head = await MarginHead.create(plain, arcFace(), {
      ...{ classes, dimension, tileStorage: storageOver(entries) },
    })
    head.load(problem.weights)
    await head.forward(problem)
    head.destroy()
    const [[key, value] = ['', '']] = [...entries]
    expect(key).toMatch(/\/64x128$/)
    expect(value).not.toContain('quad')
  }, 300_000)

  it('that all are given are not measured; text that is no tiles is not believed', async () => {
    const storage = storageOver(new Map())
    const splits = {
      ...tilesOf('direct'),
      cosine: 4,
      cosineRows: 4,
      cosineGroup: 1,
      embedding: 8,
      weight: 4,
      weightValues: 8,
      weightGroup: 4,
      splits: 16,
    } as const
    const head = await headFor({ tiles: splits, tileStorage: storage })
    await head.forward(problem)
    expect(storage.reads).toBe(0)
    head.destroy()
    const entries = new Map<string, string>()
    for (const text of ['{', '{"cosine":7}', '{"weightTiling":"none"}', 'null']) {
      const broken = storageOver(entries)
      broken.getItem = () => text
      const again = await headFor({ tileStorage: broken })
      await again.forward(problem)
      again.destroy()
      expect(JSON.parse([...entries.values()][0] ?? '')).toMatchObject({ splits: 4 })
    }
  }, 300_000)
})
