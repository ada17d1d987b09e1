import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  cosineScores,
  type HeadOptions,
  type HeadResult,
  marginLoss,
  topK,
} from '../../src/head/index.js'
import { arcFace, npcFace } from '../../src/index.js'
import { lossCases } from '../support/losses.js'
import { type Problem, problemOf } from '../support/problem.js'
import { bell, generator, someLabels } from '../support/random.js'

const shape = { rows: 4, classes: 35, dimension: 4 }

/** A block holds 2^17 values over the larger of D and N, but never fewer than 16 classes: with this D, 16 of them. */
const wide = 8192

/** Each vector with zeros behind it: the same angles and norms in more dimensions. */
const padded = (values: Float64Array, width: number): Float64Array => {
  const result = new Float64Array((values.length / width) * wide)
  for (let row = 0; row * width < values.length; row++) {
    result.set(values.subarray(row * width, (row + 1) * width), row * wide)
  }
  return result
}

const optionsFor = ({ loss, parameters, state }: Problem): HeadOptions => ({
  parameters: Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => typeof value !== 'number'),
  ),
  state,
  random: generator(1),
  logits: true,
  gradients: {
    embeddings: true,
    classWeights: true,
    parameters: Object.keys(loss.definition.parameters).filter(
      (name) => name === 'margin' && !loss.definition.draws,
    ),
  },
})

/** The vectors without the zeros behind them, which have to be there. */
const unpadded = (values: ArrayLike<number> = [], width: number): Float64Array => {
  const rows = values.length / wide
  const result = new Float64Array(rows * width)
  let rest = 0
  for (let at = 0; at < values.length; at++) {
    const [row, d] = [Math.floor(at / wide), at % wide]
    if (d < width) result[row * width + d] = values[at] as number
    else if (values[at] !== 0) rest++
  }
  expect(rest).toBe(0)
  return result
}

const expectClose = (found: ArrayLike<number> = [], expected: ArrayLike<number> = []): void => {
  const size = Math.hypot(...Array.from(expected)) || 1
  const errors = Array.from(expected, (value, at) => Math.abs((found[at] as number) - value) / size)
  expect(found).toHaveLength(expected.length)
  expect(Math.max(0, ...errors)).toBeLessThan(1e-14)
}

/** The margin's gradient, a number or a table, as an array. */
const marginOf = ({ parameters }: HeadResult['gradients']): ArrayLike<number> => {
  const margin = parameters['margin'] ?? 0
  return typeof margin === 'number' ? [margin] : margin
}

describe('classes in several blocks', () => {
  test.each(lossCases)('$label: the same numbers as in one, kept or computed again', (which) => {
    const problem = problemOf(which, 8, shape)
    const { batch } = problem
    const whole = marginLoss(problem.loss, batch, optionsFor(problem))
    const spread = {
      ...batch,
      embeddings: padded(batch.embeddings, batch.dimension),
      classWeights: padded(batch.classWeights, batch.dimension),
      dimension: wide,
    }
    const [kept, again] = [{}, { cosineBudget: 0 }].map((options) => {
      const result = marginLoss(problem.loss, spread, { ...optionsFor(problem), ...options })
      const { embeddings, classWeights, parameters } = result.gradients
      return {
        ...result,
        gradients: {
          parameters,
          embeddings: unpadded(embeddings, batch.dimension),
          classWeights: unpadded(classWeights, batch.dimension),
        },
      }
    }) as [HeadResult, HeadResult]
    expect(again).toStrictEqual(kept)
    const { gradients, ...rest } = kept
    const { gradients: expected, ...numbers } = whole
    expect(rest).toStrictEqual(numbers)
    // Sums over the classes are added block by block.
    expectClose(gradients.embeddings, expected.embeddings)
    expectClose(gradients.classWeights, expected.classWeights)
    expectClose(marginOf(gradients), marginOf(expected))
  })

  test('inference', () => {
    const { batch } = problemOf(
      { factory: '', label: '', loss: arcFace(), subCenters: 2 },
      9,
      shape,
    )
    const { labels: _, ...scored } = batch
    const spread = {
      ...scored,
      embeddings: padded(batch.embeddings, batch.dimension),
      classWeights: padded(batch.classWeights, batch.dimension),
      dimension: wide,
    }
    expect(cosineScores(spread)).toStrictEqual(cosineScores(scored))
    expect(topK(spread, 35)).toStrictEqual(topK(scored, 35))
  })
})

describe('memory', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  /** Runs with a Float64Array that notes its lengths, and returns them in descending order. */
  const lengthsDuring = (run: () => void): number[] => {
    const lengths: number[] = []
    const Original = Float64Array
    class Noting extends Original {
      constructor(...[given, offset, length]: [ArrayBuffer, number?, number?]) {
        super(given, offset, length)
        if (typeof given === 'number') lengths.push(given)
      }
    }
    vi.stubGlobal('Float64Array', Noting)
    run()
    vi.unstubAllGlobals()
    return lengths.sort((a, b) => b - a)
  }

  const [rows, classes, dimension] = [256, 6000, 8]
  const random = generator(5)
  const batch = {
    embeddings: Float32Array.from(bell(random, rows * dimension)),
    classWeights: Float32Array.from(bell(random, classes * dimension)),
    labels: someLabels(random, rows, classes),
    dimension,
  }
  /** Cosines of one block: 2^17 values, 512 classes with 256 rows. */
  const block = 2 ** 17

  test.each([arcFace(), npcFace()])(
    '$definition.name: no array of N×C without a budget for one',
    (loss) => {
      const lengths = lengthsDuring(() =>
        marginLoss(loss, batch, { gradients: true, cosineBudget: 0 }),
      )
      expect(lengths.length).toBeGreaterThan(10)
      expect(lengths[0]).toBe(block)
      // Besides the cosines there are vectors of a block, of the rows, and single values of the classes.
      const rest = lengths.slice(1).reduce((sum, length) => sum + length, 0)
      expect(lengths[1]).toBeLessThanOrEqual(Math.max(classes, rows * dimension))
      expect(rest).toBeLessThan((rows * classes) / 4)
    },
  )

  test('cosines are kept while they fit into the budget, to the byte', () => {
    const total = (cosineBudget: number): number =>
      lengthsDuring(() => marginLoss(arcFace(), batch, { cosineBudget }))
        .filter((length) => length > classes)
        .reduce((sum, length) => sum + length, 0)
    expect(total(rows * classes * 8)).toBe(rows * classes)
    expect(total(rows * classes * 8 - 1)).toBe(block)
  })

  test('the default budget is 32 MiB', () => {
    const many = { ...batch, classWeights: new Float32Array(17_000 * dimension).fill(1) }
    const lengths = lengthsDuring(() => marginLoss(arcFace(), many))
    expect(lengths.filter((length) => length >= block)).toEqual([block])
  })

  test('topK holds one block', () => {
    const { labels: _, ...scored } = batch
    expect(lengthsDuring(() => topK(scored, 3))[0]).toBe(block)
  })
})
