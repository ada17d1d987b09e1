import {
  adaFace,
  arcFace,
  cosFace,
  curricularFace,
  defineLoss,
  elasticArcFacePlus,
  positive,
  proxyAnchor,
  radians,
  softmax,
} from '@arcmargin/core'
import { initialState } from '@arcmargin/core/head'
import { beforeAll, describe, expect, it } from 'vitest'
import { type HeadShape, MarginHead } from '../src/index.js'
import { testDevice } from './support/device.js'
import { createProblem, generator, inCore, type Problem, rowError } from './support/problem.js'

let device: GPUDevice

beforeAll(async () => {
  device = await testDevice()
})

const headFor = async (
  problem: Problem,
  loss = arcFace({ scale: 16 }),
  shape: Partial<HeadShape> = {},
): Promise<MarginHead> => {
  const { classes, dimension, subCenters } = problem
  const head = await MarginHead.create(device, loss, { classes, dimension, subCenters, ...shape })
  head.load(problem.weights)
  return head
}

describe('shapes', () => {
  it.each([
    [1, 1, 1, 1],
    [3, 2, 5, 1],
    [17, 131, 7, 1],
    [5, 9, 12, 3],
    [33, 300, 16, 1],
  ])('N %i, C %i, D %i, K %i agree with core', async (rows, classes, dimension, subCenters) => {
    const problem = createProblem(rows, classes, dimension, { subCenters, ignore: true })
    const head = await headFor(problem)
    const found = await head.backward(problem)
    const expected = inCore(arcFace({ scale: 16 }), problem)
    expect(Math.abs(found.loss - expected.loss)).toBeLessThanOrEqual(3e-6 * expected.loss)
    expect(found.accuracy).toBe(expected.accuracy)
    const { embeddings, classWeights } = expected.gradients
    expect(rowError(found.gradients.embeddings, embeddings, dimension)).toBeLessThan(1e-5)
    expect(rowError(found.gradients.classWeights, classWeights, dimension)).toBeLessThan(1e-5)
    head.destroy()
  })
})

describe('streaming', () => {
  const problem = createProblem(6, 150, 8, { ignore: true })

  it('gives the same bits for recomputed and for kept cosines, over several buffers, and again', async () => {
    const kept = await headFor(problem)
    const chunked = await headFor(problem, undefined, {
      cosineBudget: 16 * 4 * 40,
      shardClasses: 64,
      tiles: { splits: 1 },
    })
    const whole = await kept.backward(problem)
    expect((await kept.backward(problem)).gradients).toEqual(whole.gradients)
    const streamed = await chunked.backward(problem)
    expect(rowError(streamed.gradients.classWeights, whole.gradients.classWeights, 8)).toBeLessThan(
      2e-6,
    )
    expect(rowError(streamed.gradients.embeddings, whole.gradients.embeddings, 8)).toBeLessThan(
      2e-6,
    )
    expect(await chunked.backward(problem)).toEqual(streamed)
    expect(await chunked.readWeights()).toEqual(problem.weights)
    expect(await chunked.readWeights(60, 10)).toEqual(problem.weights.slice(60 * 8, 70 * 8))
    kept.destroy()
    chunked.destroy()
  })

  it('holds N×C numbers only within the budget', async () => {
    const [rows, classes] = [16, 5000]
    const big = createProblem(rows, classes, 4)
    const head = await headFor(big, undefined, { cosineBudget: 1 << 14 })
    await head.forward(big)
    const weights = classes * 4 * 4
    expect(head.memory.peak - weights).toBeLessThan(classes * rows * 4)
    head.destroy()
  })
})

describe('losses', () => {
  const compare = async (
    loss: Parameters<typeof inCore>[0],
    problem: Problem,
    options: Parameters<typeof inCore>[2] = {},
    shape: Partial<HeadShape> = {},
  ): Promise<void> => {
    const head = await headFor(problem, loss, shape)
    const { gradients, ...given } = options
    const found = await head.backward(problem, given)
    const expected = inCore(loss, problem, options)
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(3e-6 * Math.abs(expected.loss))
    const { dimension } = problem
    const { embeddings, classWeights, parameters } = expected.gradients
    expect(rowError(found.gradients.embeddings, embeddings, dimension)).toBeLessThan(1e-5)
    expect(rowError(found.gradients.classWeights, classWeights, dimension)).toBeLessThan(1e-5)
    for (const [name, value] of Object.entries(parameters)) {
      const values = (of: number | Float64Array | undefined): ArrayLike<number> =>
        typeof of === 'number' ? [of] : (of ?? [])
      const [a, b] = [values(found.gradients.parameters[name]), values(value)]
      expect(rowError(a, b, b.length)).toBeLessThan(1e-5)
    }
    for (const [name, value] of Object.entries(expected.state)) {
      expect(found.state[name]).toBeCloseTo(value, 5)
    }
    head.destroy()
  }
  const problem = createProblem(7, 20, 6, { subCenters: 2, ignore: true })

  it('sample weights, tables by class and by sample, reduction none', async () => {
    const margin = Float32Array.from({ length: 20 }, (_, i) => 0.2 + 0.01 * i)
    const scale = Float32Array.from({ length: 7 }, (_, i) => 8 + i)
    await compare(arcFace({ margin: 'perClass', scale: 'perSample' }), problem, {
      parameters: { margin, scale },
      sampleWeights: [1, 2, 0, 0.5, 1, 3, 1],
      reduction: 'none',
    })
  })

  it("a user's own loss whose other logits use the angle and a value of the row", async () => {
    const loss = defineLoss({
      name: 'coupled',
      citation: 'a test',
      parameters: { m: radians(0.2), s: positive(6) },
      row: { pull: 'sin(theta / 2) * m' },
      target: 's * cos(theta + m)',
      other: 's * (cosTheta - pull * theta / pi)',
    })()
    await compare(
      loss,
      problem,
      { gradients: { embeddings: true, classWeights: true, parameters: ['m', 's'] } },
      { parameterGradients: ['m', 's'] },
    )
  })

  it('a parameter of each class inside the other logits', async () => {
    const loss = defineLoss({
      name: 'offsets',
      citation: 'a test',
      parameters: { b: positive(0.5), s: positive(6) },
      target: 's * (cosTheta - b)',
      other: 's * (cosTheta + b * b)',
    })({ b: 'perClass' })
    const b = Float32Array.from({ length: 20 }, (_, label) => 0.1 + 0.02 * label)
    const gradients = { embeddings: true, classWeights: true, parameters: ['b', 's'] }
    const shape = { parameterGradients: ['b', 's'] }
    await compare(loss, problem, { gradients, parameters: { b } }, shape)
    const labels = [4, 9, 4, 17, 0]
    const some = { ...createProblem(5, 20, 6), labels }
    const classSubset = [17, 0, 3, 4, 9, 12]
    await compare(loss, some, { gradients, parameters: { b }, classSubset }, shape)
    const narrow = { ...shape, cosineBudget: 1 << 10 }
    await compare(loss, problem, { gradients, parameters: { b } }, narrow)
  })

  it('both norms kept, also with a gradient by them', async () => {
    await compare(softmax(), problem)
  })

  it('one value for the batch', async () => {
    await compare(proxyAnchor(), createProblem(7, 20, 6))
  })

  it('a subset of the classes, in its order', async () => {
    const labels = [4, 9, 4, 17, 0]
    const some = { ...createProblem(5, 20, 6), labels }
    await compare(cosFace({ scale: 10 }), some, { classSubset: [17, 0, 3, 4, 9, 12] })
  })

  it('state moves on from step to step, and is frozen in evaluation', async () => {
    for (const loss of [curricularFace({ scale: 8 }), adaFace({ scale: 8 })]) {
      const head = await headFor(problem, loss)
      let state = initialState(loss, 20)
      for (let pass = 0; pass < 3; pass++) {
        state = inCore(loss, problem, { state }).state
        const found = (await head.forward(problem)).state
        for (const [name, value] of Object.entries(state)) {
          expect(found[name]).toBeCloseTo(value, 4)
        }
      }
      const before = (await head.forward(problem, { training: false })).state
      expect((await head.forward(problem, { training: false })).state).toEqual(before)
      const [name = ''] = Object.keys(before)
      const given = { ...before, [name]: 0.25 }
      expect((await head.forward(problem, { training: false, state: given })).state).toEqual(given)
      head.destroy()
    }
  })

  it('margins drawn by rank are those of core for the same generator', async () => {
    const loss = elasticArcFacePlus({ scale: 8 })
    const head = await headFor(problem, loss)
    const found = await head.forward(problem, { random: generator(5) })
    const expected = inCore(loss, problem, { random: generator(5) })
    expect(found.loss).toBeCloseTo(expected.loss, 4)
    head.destroy()
  })
})
