import { describe, expect, test } from 'vitest'
import vectors from '../../../conformance/vectors/elasticface.json' with { type: 'json' }
import { type HeadBatch, type HeadOptions, marginLoss, matchByRank } from '../../src/head/index.js'
import {
  defineLoss,
  elasticArcFace,
  elasticArcFacePlus,
  elasticCosFacePlus,
  type Loss,
  ParameterError,
  ShapeError,
} from '../../src/index.js'
import { bell, generator, someLabels } from '../support/random.js'
import { thrown } from '../support/thrown.js'

const batchOf = (rows: number, seed = 1): HeadBatch & { readonly labels: number[] } => {
  const random = generator(seed)
  const embeddings = bell(random, rows * 3)
  return {
    embeddings,
    classWeights: bell(random, 12),
    labels: someLabels(random, rows, 4),
    dimension: 3,
  }
}

/** The margin that each row got: the target logit of s(cosθ - m) tells. */
const marginsOf = (loss: Loss, batch: HeadBatch, options: HeadOptions): number[] => {
  const { logits = [], targetAngles } = marginLoss(loss, batch, { ...options, logits: true })
  return Array.from(batch.labels, (label, row) => {
    const angle = targetAngles[row] as number
    return Number.isNaN(angle) ? Number.NaN : Math.cos(angle) - (logits[row * 4 + label] as number)
  })
}

const drawing = (rankMatched: boolean): Loss =>
  defineLoss({
    name: 'Drawing',
    citation: '',
    parameters: { mean: { default: 0.3 }, std: { default: 0.05 } },
    draws: { drawn: { mean: 'mean', std: 'std', rankMatched } },
    target: 'cosTheta - drawn',
    other: 'cosTheta',
  })()

describe('drawn margins', () => {
  test('have the mean, spread and shape of a normal distribution', () => {
    const margins = marginsOf(drawing(false), batchOf(20_000), { random: generator(3) })
    const mean = margins.reduce((sum, value) => sum + value, 0) / margins.length
    const moment = (power: number): number =>
      margins.reduce((sum, value) => sum + ((value - mean) / 0.05) ** power, 0) / margins.length
    expect(mean).toBeCloseTo(0.3, 3)
    expect(moment(2)).toBeCloseTo(1, 1)
    expect(moment(3)).toBeCloseTo(0, 1)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2)
  })

  test('follow the generator: the same seed, the same margins', () => {
    const draw = (seed: number): number[] =>
      marginsOf(drawing(false), batchOf(8), { random: generator(seed) })
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    const zero = marginsOf(drawing(false), batchOf(8), { random: () => 0 })
    // u = 0: √(-2·log 1) = 0 spreads.
    for (const margin of zero) expect(margin).toBeCloseTo(0.3, 14)
  })

  test('are their means in evaluation, without a generator', () => {
    for (const margin of marginsOf(drawing(false), batchOf(8), { training: false })) {
      expect(margin).toBeCloseTo(0.3, 14)
    }
    const { batch, given } = {
      batch: batchOf(6),
      given: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    }
    const margins = marginsOf(drawing(true), batch, { parameters: { drawn: given } })
    margins.forEach((margin, row) => {
      expect(margin).toBeCloseTo(given[row] as number, 14)
    })
  })

  test('need a generator in training', () => {
    const error = thrown(ParameterError, () => marginLoss(elasticArcFace(), batchOf(4)))
    expect(error.message).toContain('random is needed to draw margins')
    expect(error.allowed).toBe(
      'a function that returns numbers in [0, 1), or parameters.drawnMargin',
    )
  })

  test('given as a table, they need one for each sample', () => {
    const given = { parameters: { drawnMargin: new Float32Array(3) } }
    const error = thrown(ShapeError, () => marginLoss(elasticArcFace(), batchOf(4), given))
    expect(error).toMatchObject({
      argument: 'drawnMargin',
      allowed: '4 values in parameters.drawnMargin, one a sample',
    })
  })
})

describe('margins by rank', () => {
  test('the vectors of ElasticFace', () => {
    for (const { name, aux, cos, labels, extra_inputs } of vectors.cases) {
      const matched = 'rank_matched_margins' in aux ? aux.rank_matched_margins : undefined
      if (!matched) continue
      const cosines = labels.map((label, row) => cos[row]?.[label] as number)
      expect([...matchByRank(extra_inputs.sampled_margins, cosines)], name).toEqual(matched)
    }
  })

  test('the smallest goes to the row that is nearest to its class', () => {
    const { targetAngles } = marginLoss(drawing(true), batchOf(50), { training: false })
    const margins = marginsOf(drawing(true), batchOf(50), { random: generator(4) })
    const free = marginsOf(drawing(false), batchOf(50), { random: generator(4) })
    const rows = [...margins.keys()].sort(
      (a, b) => (targetAngles[a] as number) - (targetAngles[b] as number),
    )
    const ordered = rows.map((row) => margins[row] as number)
    const sorted = [...free].sort((a, b) => a - b)
    ordered.forEach((margin, rank) => {
      expect(margin).toBeCloseTo(sorted[rank] as number, 13)
    })
  })

  test('equal cosines keep the order of their rows, and nothing given is changed', () => {
    const margins = [0.3, 0.1, 0.2]
    expect([...matchByRank(margins, [0.5, 0.5, 0.5])]).toEqual([0.1, 0.2, 0.3])
    expect([...matchByRank(margins, Float32Array.of(0.1, 0.9, 0.5))]).toEqual([0.3, 0.1, 0.2])
    expect(margins).toEqual([0.3, 0.1, 0.2])
    expect([...matchByRank([], [])]).toEqual([])
  })

  test('as many margins as cosines', () => {
    expect(thrown(ShapeError, () => matchByRank([0.1, 0.2], [0.3]))).toMatchObject({
      argument: 'margins',
      allowed: '1, one for each cosine',
    })
  })

  // An ignored row used to take part with cosine 0 and to take a margin away from those that count.
  test.each([elasticArcFacePlus(), elasticCosFacePlus()])(
    '$definition.name: ignored rows take no part',
    (loss) => {
      const batch = batchOf(6)
      const labels = batch.labels.map((label, row) => (row % 2 === 0 ? label : -1))
      // Box and Muller take two numbers a row; an ignored row's draw would be the largest.
      const numbers = [0.5, 0.1, 0.9999, 0, 0.5, 0.3, 0.9999, 0, 0.5, 0.7, 0.9999, 0]
      let next = 0
      const random = (): number => numbers[next++ % numbers.length] as number
      const all = marginLoss(loss, { ...batch, labels }, { random })
      const only = (values: ArrayLike<number>, width: number): Float64Array =>
        Float64Array.from(
          [0, 2, 4].flatMap((row) =>
            Array.from({ length: width }, (_, d) => values[row * width + d] as number),
          ),
        )
      const quiet = [0.5, 0.1, 0.5, 0.3, 0.5, 0.7]
      next = 0
      const alone = marginLoss(
        loss,
        { ...batch, embeddings: only(batch.embeddings, 3), labels: [...only(labels, 1)] },
        { random: () => quiet[next++] as number },
      )
      expect(all.loss).toBe(alone.loss)
    },
  )
})
