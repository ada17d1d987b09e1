import { arcFace } from '@arcmargin/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type HeadShape, MarginHead, type TileStorage } from '../src/index.js'
import { testDevice } from './support/device.js'
import { createProblem } from './support/problem.js'

let device: GPUDevice

beforeAll(async () => {
  device = await testDevice()
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

describe('tiles', () => {
  it('are measured once, kept in the storage, and leave the bits of the results alone', async () => {
    const entries = new Map<string, string>()
    const tuned = await headFor({ tileStorage: storageOver(entries) })
    const result = await tuned.backward(problem)
    expect(entries.size).toBe(1)
    const [[key, value] = ['', '']] = [...entries]
    expect(key).toMatch(/^arcmargin\.tiles\/.*\/64x128$/)
    const { cosine, weight, cosineGroup, weightGroup } = JSON.parse(value)
    expect([4, 8]).toEqual(expect.arrayContaining([cosine, weight]))
    expect([1, 4]).toEqual(expect.arrayContaining([cosineGroup, weightGroup]))
    tuned.destroy()
    const other = {
      cosine: cosine === 4 ? 8 : 4,
      cosineGroup: cosineGroup === 4 ? 1 : 4,
      weight: weight === 4 ? 8 : 4,
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

  it('that all are given are not measured; text that is no tiles is not believed', async () => {
    const storage = storageOver(new Map())
    const splits = { cosine: 4, cosineGroup: 1, weight: 4, weightGroup: 4, splits: 16 } as const
    const head = await headFor({ tiles: splits, tileStorage: storage })
    await head.forward(problem)
    expect(storage.reads).toBe(0)
    head.destroy()
    const entries = new Map<string, string>()
    for (const text of ['{', '{"cosine":7}', 'null']) {
      const broken = storageOver(entries)
      broken.getItem = () => text
      const again = await headFor({ tileStorage: broken })
      await again.forward(problem)
      again.destroy()
      expect(JSON.parse([...entries.values()][0] ?? '')).toMatchObject({ splits: 4 })
    }
  }, 300_000)
})
