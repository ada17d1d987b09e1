import {
  arcFace,
  curricularFace,
  LabelError,
  type Loss,
  NonFiniteError,
  npcFace,
  ShapeError,
} from '@arcmargin/core'
import * as core from '@arcmargin/core/head'
import { describe, expect, it } from 'vitest'
import { MarginHead, type MarginHeadOptions } from '../src/index.js'
import {
  asDouble,
  randomBatch,
  relativeError,
  type SingleBatch,
  type Size,
} from './support/data.js'
import { everyLoss, ownCurved, ownLinear, tablesOf } from './support/losses.js'
import { sources } from './support/sources.js'

const size = { rows: 24, dimension: 40, classes: 900, subCenters: 2 }
const loss = arcFace({ scale: 16 })

const headOf = (
  batch: SingleBatch,
  options: Partial<MarginHeadOptions> = {},
): Promise<MarginHead> =>
  MarginHead.create({
    loss,
    classes: batch.classWeights.length / batch.dimension / batch.subCenters,
    dimension: batch.dimension,
    subCenters: batch.subCenters,
    ...(options.source ? {} : { weights: batch.classWeights }),
    ...options,
  })

/** Runs with a head and lets go of it. */
const using = async <T>(
  made: Promise<MarginHead>,
  use: (head: MarginHead) => Promise<T>,
): Promise<T> => {
  const head = await made
  try {
    return await use(head)
  } finally {
    await head.dispose()
  }
}

const expectSame = (found: core.HeadResult, expected: core.HeadResult): void => {
  expect(Math.abs(found.loss - expected.loss)).toBeLessThan(
    3e-6 * Math.max(1, Math.abs(expected.loss)),
  )
  expect(found.accuracy).toBe(expected.accuracy)
  for (const name of ['embeddings', 'classWeights'] as const) {
    expect(relativeError(found.gradients[name], expected.gradients[name])).toBeLessThan(3e-6)
  }
}

describe.each([1, 2, 3])('%d threads', (threads) => {
  it('every loss, one step against core in float64', async () => {
    const shape = { rows: 10, dimension: 8, classes: 200 }
    const batch = randomBatch(1, shape)
    for (const [, one] of [...everyLoss, ['', ownLinear], ['', ownCurved]] as typeof everyLoss) {
      const parameters = tablesOf(one, 10, 200)
      const random = () => 0.25
      const found = await using(headOf(batch, { loss: one, threads }), (head) =>
        head.step(batch, { parameters, random }),
      )
      expectSame(
        found,
        core.marginLoss(one, asDouble(batch), { gradients: true, parameters, random }),
      )
    }
  })

  it.each<[string, Size]>([
    ['sub-centers', size],
    ['more rows than dimensions', { rows: 130, dimension: 8, classes: 5000 }],
    ['fewer classes than threads', { rows: 3, dimension: 5, classes: 2 }],
  ])('%s', async (_, shape) => {
    const batch = randomBatch(2, shape)
    const found = await using(headOf(batch, { threads }), (head) => head.step(batch))
    expectSame(found, core.marginLoss(loss, asDouble(batch), { gradients: true }))
  })

  it('Partial FC', async () => {
    const batch = randomBatch(3, size)
    const classSubset = core.samplePartialClasses(batch.labels, 900, 0.3, () => 0.4)
    const found = await using(headOf(batch, { threads }), (head) =>
      head.step(batch, { classSubset }),
    )
    expectSame(found, core.marginLoss(loss, asDouble(batch), { gradients: true, classSubset }))
  })

  it('steps are the same bits in every run', async () => {
    const batch = randomBatch(4, { rows: 40, dimension: 16, classes: 20_000 })
    const run = () =>
      using(
        headOf(batch, { threads, optimizer: { type: 'adamW', learningRate: 0.01 } }),
        async (head) => {
          const result = await head.step(batch)
          await head.step(batch)
          return [result.loss, result.gradients.embeddings, await head.readWeights()]
        },
      )
    expect(await run()).toEqual(await run())
  })

  it('batches of different sizes, one after the other', async () => {
    const batch = randomBatch(5, { rows: 300, dimension: 16, classes: 4000 })
    await using(headOf(batch, { threads }), async (head) => {
      for (const rows of [4, 300, 32]) {
        const part = {
          ...batch,
          embeddings: batch.embeddings.subarray(0, rows * 16),
          labels: batch.labels.slice(0, rows),
        }
        expectSame(
          await head.step(part),
          core.marginLoss(loss, asDouble(part), { gradients: true }),
        )
      }
    })
  })
})

/** The optimisers as their papers' pseudo code, in float64. */
const reference = {
  sgd: (w: Float64Array, memory: Float64Array[], g: ArrayLike<number>): void => {
    const [m] = memory as [Float64Array]
    w.forEach((value, i) => {
      m[i] = 0.8 * (m[i] as number) + (g[i] as number) + 0.01 * value
      w[i] = value - 0.5 * (m[i] as number)
    })
  },
  adamW: (w: Float64Array, memory: Float64Array[], g: ArrayLike<number>, t: number): void => {
    const [m, v] = memory as [Float64Array, Float64Array]
    w.forEach((value, i) => {
      m[i] = 0.9 * (m[i] as number) + 0.1 * (g[i] as number)
      v[i] = 0.99 * (v[i] as number) + 0.01 * (g[i] as number) ** 2
      const [mean, square] = [(m[i] as number) / (1 - 0.9 ** t), (v[i] as number) / (1 - 0.99 ** t)]
      w[i] = value * (1 - 0.05 * 0.1) - (0.05 * mean) / (Math.sqrt(square) + 1e-4)
    })
  },
}
const optimizers = {
  sgd: { type: 'sgd', learningRate: 0.5, momentum: 0.8, weightDecay: 0.01 },
  adamW: {
    type: 'adamW',
    learningRate: 0.05,
    beta2: 0.99,
    epsilon: 1e-4,
    weightDecay: 0.1,
  },
} as const

/** Weights after three steps of core in float64 with a plain optimiser. */
const trained = (name: keyof typeof optimizers, batch: SingleBatch, one: Loss): Float64Array => {
  const classWeights = Float64Array.from(batch.classWeights)
  const memory = [new Float64Array(classWeights.length), new Float64Array(classWeights.length)]
  for (let t = 1; t <= 3; t++) {
    const { gradients } = core.marginLoss(
      one,
      { ...asDouble(batch), classWeights },
      { gradients: true },
    )
    reference[name](classWeights, memory, gradients.classWeights ?? [], t)
  }
  return classWeights
}

describe.each(['sgd', 'adamW'] as const)('%s', (name) => {
  const optimizer = optimizers[name]
  const batch = randomBatch(6, size)

  it.each([
    ['fused', 1, loss],
    ['fused', 2, loss],
    ['entry by entry', 1, curricularFace({ scale: 16 })],
  ] as const)('%s on %d threads: the weights of three steps', async (_, threads, one) => {
    const found = await using(headOf(batch, { loss: one, optimizer, threads }), async (head) => {
      for (let t = 0; t < 3; t++) {
        const { gradients } = await head.step(batch)
        expect(gradients.classWeights).toBeUndefined()
      }
      return head.readWeights()
    })
    if (one !== loss) return expect(found.every(Number.isFinite)).toBe(true)
    expect(relativeError(found, trained(name, batch, one))).toBeLessThan(1e-6)
  })

  it.each(Object.keys(sources))('streams the weights in and out of %s', async (kind) => {
    const source = sources[kind]?.(batch)
    if (!source) throw new Error(`no source ${kind}`)
    await using(headOf(batch, { optimizer, source }), async (head) => {
      for (let t = 0; t < 3; t++) await head.step(batch)
      await expect(head.readWeights()).rejects.toThrow(/source holds the class weights/)
    })
    expect(relativeError(source.all(), trained(name, batch, loss))).toBeLessThan(1e-6)
    source.end()
  })

  it('changes only the classes of Partial FC', async () => {
    const classSubset = core.samplePartialClasses(batch.labels, 900, 0.2, () => 0.7)
    const found = await using(headOf(batch, { optimizer, threads: 2 }), async (head) => {
      await head.step(batch, { classSubset })
      return head.readWeights()
    })
    const kept = new Set(classSubset)
    for (let label = 0; label < 900; label++) {
      const same = found
        .subarray(label * 80, (label + 1) * 80)
        .every((value, i) => value === batch.classWeights[label * 80 + i])
      expect(same).toBe(!kept.has(label))
    }
  })

  it('takes the learning rate of a step', async () => {
    const found = await using(headOf(batch, { optimizer }), async (head) => {
      await head.step(batch, { learningRate: 1e-20 })
      return head.readWeights()
    })
    expect(relativeError(found, batch.classWeights)).toBeLessThan(1e-12)
  })
})

describe('a head', () => {
  const batch = randomBatch(7, size)

  it('forward and backward are a step in two calls', async () => {
    await using(headOf(batch), async (head) => {
      const scored = await head.forward(batch)
      expect(scored.gradients).toEqual({ parameters: {} })
      const found = { ...scored, gradients: await head.backward() }
      expectSame(found, core.marginLoss(loss, asDouble(batch), { gradients: true }))
      await expect(head.backward()).rejects.toThrow(/needs a forward before it/)
    })
  })

  it('predicts, finds the best classes, takes and gives weights', async () => {
    await using(headOf(batch, { threads: 2, optimizer: optimizers.sgd }), async (head) => {
      const { labels: _, ...scored } = batch
      const exact = core.cosineScores(scored)
      expect(relativeError(await head.predict(batch.embeddings), exact)).toBeLessThan(1e-12)
      expect((await head.topK(batch.embeddings, 2)).classes).toEqual(core.topK(scored, 2).classes)
      const before = await head.step(batch)
      await head.load(batch.classWeights)
      expect(await head.readWeights()).toEqual(batch.classWeights)
      expect((await head.step(batch)).loss).toBe(before.loss)
      await expect(head.load(new Float32Array(3))).rejects.toThrow(ShapeError)
    })
  })

  it('is filled by a function, a run of rows at a time', async () => {
    const weights = (first: number, target: Float32Array): void => {
      for (let i = 0; i < target.length; i++) target[i] = first * 40 + i
    }
    const found = await using(
      MarginHead.create({ loss, classes: 30_000, dimension: 40, weights }),
      (head) => head.readWeights(),
    )
    expect(found.findIndex((value, i) => value !== i)).toBe(-1)
  })

  it('carries the state of its loss', async () => {
    const one = curricularFace()
    await using(headOf(batch, { loss: one }), async (head) => {
      let state = core.initialState(one, 900)
      for (let t = 0; t < 3; t++) {
        await head.step(batch)
        state = core.marginLoss(one, asDouble(batch), { state }).state
      }
      expect(head.state?.['t']).toBeCloseTo(state['t'] as number, 10)
    })
  })

  it.each<[string, Partial<MarginHeadOptions>, RegExp]>([
    ['classes', { classes: 0 }, /classes is out of range/],
    ['threads', { threads: 1.5 }, /threads is out of range/],
    ['weights', { weights: new Float32Array(3) }, /weights has 3 values/],
    ['nothing to start from', { weights: undefined as never }, /weights or source/],
    ['unknown', { thread: 2 } as never, /thread is not an option of a head; allowed: loss, /],
    ['optimizer', { optimizer: { type: 'sgd', learningRate: -1 } }, /learningRate is out of range/],
    ['optimizer type', { optimizer: { type: 'adam' } as never }, /optimizer.type is unknown/],
    ['inherited', { optimizer: { type: 'toString' } as never }, /optimizer.type is unknown/],
    ['a factory', { loss: arcFace as never }, /loss is no loss \(got a function\)/],
    ['state', { state: { scale: 1 } }, /state.scale is not a state of this loss/],
    ['momentum', { optimizer: { type: 'sgd', learningRate: 1, momentum: 2 } }, /momentum is out/],
  ])('refuses wrong options: %s', async (_, options, message) => {
    await expect(headOf(batch, options)).rejects.toThrow(message)
  })

  it.each<[string, Partial<MarginHeadOptions>, RegExp]>([
    ['threads', { threads: 2, optimizer: optimizers.sgd }, /threads does not go with a source/],
    ['no optimiser', {}, /optimizer is needed with a source/],
    ['negatives', { optimizer: optimizers.sgd, loss: npcFace() }, /source does not go with/],
  ])('refuses with a source: %s', async (_, options, message) => {
    const source = { read: () => undefined, write: () => undefined }
    await expect(headOf(batch, { ...options, source })).rejects.toThrow(message)
  })

  it('refuses a curved loss with a source before it writes', async () => {
    const source = sources['a map']?.(batch) as ReturnType<NonNullable<(typeof sources)['a map']>>
    const optimizer = optimizers.sgd
    await using(headOf(batch, { source, optimizer, loss: ownCurved }), async (head) => {
      await expect(head.step(batch)).rejects.toThrow(/source does not go with this loss/)
    })
    expect(source.all()).toEqual(batch.classWeights)
  })

  it('refuses bad batches as core does, and goes on', async () => {
    await using(headOf(batch, { threads: 2 }), async (head) => {
      const labels = batch.labels.map(() => 900)
      await expect(head.step({ ...batch, labels })).rejects.toThrow(LabelError)
      const nan = { ...batch, embeddings: batch.embeddings.map(() => Number.NaN) }
      await expect(head.step(nan)).rejects.toThrow(NonFiniteError)
      expect((await head.step(batch)).loss).toBeGreaterThan(0)
    })
  })

  it('names class weights that are not finite', async () => {
    const classWeights = batch.classWeights.slice()
    classWeights[1717 * 40 + 2] = Number.POSITIVE_INFINITY
    await using(headOf({ ...batch, classWeights }, { threads: 2 }), async (head) => {
      await expect(head.step(batch)).rejects.toThrow(/classWeights\[1717\] is not finite/)
    })
  })

  it('refuses more than 4 GiB before it allocates', async () => {
    const made = MarginHead.create({
      loss,
      classes: 3_000_000,
      dimension: 512,
      weights: () => undefined,
    })
    await expect(made).rejects.toMatchObject({ name: 'MemoryError', allowed: 4_294_967_296 })
    await expect(made).rejects.toThrow(/needs 12\d{9} bytes/)
  })
})
