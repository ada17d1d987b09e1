import { NonFiniteError, normFace } from '@arcmargin/core'
import { cosineScores, topK } from '@arcmargin/core/head'
import { beforeAll, describe, expect, it } from 'vitest'
import { type HeadShape, MarginHead } from '../src/index.js'
import { testDevice } from './support/device.js'
import { createProblem, type Problem } from './support/problem.js'

let device: GPUDevice

beforeAll(async () => {
  device = await testDevice()
})

const headFor = async (
  { classes, dimension, subCenters, weights }: Problem,
  shape: Partial<HeadShape> = {},
): Promise<MarginHead> => {
  const head = await MarginHead.create(device, normFace(), {
    classes,
    dimension,
    subCenters,
    ...shape,
  })
  head.load(weights)
  return head
}

const inCore = ({ embeddings, weights, dimension, subCenters }: Problem) => ({
  embeddings: Float64Array.from(embeddings),
  classWeights: Float64Array.from(weights),
  dimension,
  subCenters,
})

describe.each([
  ['in one block', {}],
  ['in blocks and several buffers', { chunkVectors: 90, shardClasses: 200 }],
])('%s', (_name, shape) => {
  const problem = createProblem(5, 333, 7, { subCenters: 2 })

  it('predict gives the cosines of core', async () => {
    const head = await headFor(problem, shape)
    const found = await head.predict(problem.embeddings)
    const expected = cosineScores(inCore(problem))
    expect(found.length).toBe(expected.length)
    for (const [index, value] of found.entries()) {
      expect(Math.abs(value - (expected[index] as number))).toBeLessThan(5e-7)
    }
    head.destroy()
  })

  it.each([1, 3, 130, 333])('topK with k = %i gives the classes of core', async (k) => {
    const head = await headFor(problem, shape)
    const found = await head.topK(problem.embeddings, k)
    const expected = topK(inCore(problem), k)
    expect(found.scores.length).toBe(5 * k)
    found.scores.forEach((score, index) => {
      expect(Math.abs(score - (expected.scores[index] as number))).toBeLessThan(5e-7)
    })
    // Classes whose cosines float32 cannot tell apart may change places.
    const same = found.classes.filter((label, index) => label === expected.classes[index]).length
    expect(same / found.classes.length).toBeGreaterThan(0.99)
    head.destroy()
  })
})

describe('inference', () => {
  it('equal cosines: the smaller class first', async () => {
    const problem = createProblem(1, 300, 4)
    problem.weights.fill(0.25)
    const head = await headFor(problem, { chunkVectors: 64 })
    expect([...(await head.topK(problem.embeddings, 4)).classes]).toEqual([0, 1, 2, 3])
    head.destroy()
  })

  it('reads a buffer, reports progress, and stops when it is told to', async () => {
    const problem = createProblem(3, 300, 4)
    const head = await headFor(problem, { chunkVectors: 100 })
    const buffer = device.createBuffer({ size: 4 * 4 * 10, usage: 0x80 | 0x8 })
    device.queue.writeBuffer(buffer, 0, problem.embeddings)
    const shares: number[] = []
    const found = await head.topK(buffer, 2, { rows: 3, onProgress: (share) => shares.push(share) })
    expect(found).toEqual(await head.topK(problem.embeddings, 2))
    expect(shares).toEqual([1 / 3, 2 / 3, 1])
    const stop = new AbortController()
    const stopped = head.topK(buffer, 2, { onProgress: () => stop.abort(), signal: stop.signal })
    await expect(stopped).rejects.toThrow('aborted')
    buffer.destroy()
    head.destroy()
  })

  it('holds no N×C array', async () => {
    const problem = createProblem(64, 5000, 4)
    const head = await headFor(problem, { chunkVectors: 512 })
    await head.topK(problem.embeddings, 5)
    expect(head.memory.peak - 5000 * 4 * 4).toBeLessThan(64 * 5000 * 2)
    head.destroy()
  })

  it('refuses what it cannot answer', async () => {
    const problem = createProblem(2, 9, 4)
    const head = await headFor(problem)
    await expect(head.topK(problem.embeddings, 10)).rejects.toThrow('k is out of range (got 10)')
    await expect(head.predict(new Float32Array(6))).rejects.toThrow('embeddings has 6 values')
    problem.embeddings[5] = Number.NaN
    const failed = head.predict(problem.embeddings)
    await expect(failed).rejects.toThrow(NonFiniteError)
    await expect(failed).rejects.toMatchObject({ argument: 'embeddings', row: 1 })
    head.destroy()
  })
})
