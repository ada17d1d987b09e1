import { expect, test } from 'vitest'
import * as pairs from '../../src/pairs/index.js'
import {
  marginBeta,
  mineSemiHard,
  type PairBatch,
  type PairLoss,
  type PairOptions,
  pairLoss,
} from '../../src/pairs/index.js'
import { type PairCase, pairCases, pairProblem } from '../support/pairs.js'
import { bell, generator } from '../support/random.js'

/** Fourth-order central differences of a function of an array. */
const differences = (at: Float64Array, f: (x: Float64Array) => number): Float64Array => {
  const h = 2e-4
  return at.map((value, index) => {
    const shifted = (step: number): number => {
      const moved = Float64Array.from(at)
      moved[index] = value + step * h
      return f(moved)
    }
    return (8 * (shifted(1) - shifted(-1)) - (shifted(2) - shifted(-2))) / (12 * h)
  })
}

const relative = (found: ArrayLike<number>, expected: Float64Array): number => {
  const scale = Math.max(1e-3, ...expected.map(Math.abs))
  return Math.max(...expected.map((value, at) => Math.abs(value - (found[at] as number)) / scale))
}

/** Losses whose weights are cut off from the gradient: their slope is that of frozen weights. */
const stopsGradient = ({ loss }: PairCase): boolean => loss.definition.name.startsWith('Circle')

const check = (loss: PairLoss, batch: PairBatch, options: PairOptions = {}): void => {
  const names = Object.keys(loss.definition.parameters)
  const request = { embeddings: true, others: true, parameters: names }
  const { gradients } = pairLoss(loss, batch, { ...options, gradients: request })
  const value = (changed: Partial<PairBatch>, parameters: PairOptions['parameters'] = {}): number =>
    pairLoss(loss, { ...batch, ...changed }, { ...options, parameters }).loss
  const byX = differences(Float64Array.from(batch.embeddings), (embeddings) =>
    value({ embeddings }),
  )
  expect(byX.some((slope) => Math.abs(slope) > 1e-3)).toBe(true)
  expect(relative(gradients.embeddings ?? [], byX)).toBeLessThan(1e-7)
  const { others } = batch
  if (others) {
    const byOthers = differences(Float64Array.from(others.embeddings), (embeddings) =>
      value({ others: { ...others, embeddings } }),
    )
    expect(relative(gradients.others ?? [], byOthers)).toBeLessThan(1e-7)
  }
  for (const name of names) {
    const now = Float64Array.of(loss.parameters[name] as number)
    // A margin of 0 stands at its bound.
    if (now[0] === 0) continue
    const slope = differences(now, ([moved]) => value({}, { [name]: moved as number }))
    expect(relative([gradients.parameters[name] as number], slope)).toBeLessThan(1e-7)
  }
}

test('every loss of the package is tried', () => {
  const tried = new Set(pairCases.map(({ loss }) => loss.definition))
  const factories = Object.values(pairs).filter(
    (value): value is pairs.PairLossFactory<never> => 'definition' in value,
  )
  expect(factories.length).toBeGreaterThan(15)
  expect(factories.filter(({ definition }) => !tried.has(definition))).toEqual([])
})

const smooth = pairCases.filter((which) => !stopsGradient(which))

test.each(smooth)('$label: gradients are the derivatives of the loss', (which) => {
  // A seed at which no hinge and no choice of triplets is within the differences' reach.
  check(which.loss, pairProblem(which, 8))
})

test.each(smooth)('$label: and of the sum', (which) => {
  check(which.loss, pairProblem(which, 6), { reduction: 'sum' })
})

test.each(pairCases.filter(stopsGradient))(
  '$label: with its weights held fast',
  ({ label, loss }) => {
    const batch = pairProblem({ label, loss }, 5)
    const { gradients } = pairLoss(loss, batch, { gradients: true })
    // The weights as numbers: those of the pair at hand, by bisection of nothing but the formula's own text.
    const margin = loss.parameters['margin'] as number
    const scale = loss.parameters['scale'] as number
    const { dimension, labels } = batch
    const cosine = (x: Float64Array, i: number, j: number): number => {
      const [a, b] = [i, j].map((row) => x.subarray(row * dimension, (row + 1) * dimension))
      const dot = (a as Float64Array).reduce((sum, v, k) => sum + v * (b?.[k] as number), 0)
      return dot / (Math.hypot(...(a as Float64Array)) * Math.hypot(...(b as Float64Array)))
    }
    const softplus = (v: number): number => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))
    const total = (x: Float64Array): number => {
      const terms: number[] = []
      let [p, n] = [0, 0]
      labels.forEach((own, i) => {
        if (own < 0) return
        if (label === 'circlePair') [p, n] = [0, 0]
        labels.forEach((other, j) => {
          if (other < 0 || i === j || (label === 'circlePooled' && j < i)) return
          const fixed = cosine(batch.embeddings, i, j)
          const c = cosine(x, i, j)
          if (own === other)
            p += Math.exp(-scale * Math.max(1 + margin - fixed, 0) * (c - 1 + margin))
          else n += Math.exp(scale * Math.max(fixed + margin, 0) * (c - margin))
        })
        if (label === 'circlePair') terms.push(softplus(Math.log(p) + Math.log(n)))
      })
      if (label === 'circlePooled') return softplus(Math.log(p) + Math.log(n))
      return terms.reduce((sum, v) => sum + v, 0) / terms.filter((v) => v > 0).length
    }
    expect(pairLoss(loss, batch).loss).toBeCloseTo(total(batch.embeddings), 12)
    expect(relative(gradients.embeddings ?? [], differences(batch.embeddings, total))).toBeLessThan(
      1e-7,
    )
  },
)

test('a boundary for each class has a gradient for each class', () => {
  const loss = marginBeta({ beta: 'perClass' })
  const batch = pairProblem({ label: '', loss }, 8)
  const beta = Float64Array.of(1.1, 0.9, 1.3, 1)
  const { gradients } = pairLoss(loss, batch, { parameters: { beta }, gradients: true })
  const slopes = differences(
    beta,
    (moved) => pairLoss(loss, batch, { parameters: { beta: moved } }).loss,
  )
  expect(relative(gradients.parameters['beta'] as Float64Array, slopes)).toBeLessThan(1e-7)
  // The class of one sample has no triplet.
  expect(slopes[3]).toBe(0)
})

test('chosen pairs and triplets, views, and some anchors only', () => {
  const random = generator(9)
  const batch = { embeddings: bell(random, 8 * 4), labels: [0, 1, 0, 1, 2, 2, 0, 1], dimension: 4 }
  check(pairs.tripletMargin(), { ...batch, triplets: mineSemiHard(batch, 0.5) })
  check(marginBeta(), { ...batch, triplets: mineSemiHard(batch, 0.5) })
  check(pairs.multiSimilarity({ beta: 9 }), { ...batch, pairs: pairs.mineMultiSimilarity(batch) })
  check(pairs.supCon(), { ...batch, anchors: [1, 4, 6] })
  check(pairs.supConViews({ temperature: 0.4 }), {
    embeddings: batch.embeddings,
    dimension: 2,
    views: 4,
  })
})

test('near 0 and π, where 2 - 2cosθ and sinθ lose their digits', () => {
  const { PI } = Math
  for (const gap of [1e-3, 1e-6, 1e-9, PI - 1e-6]) {
    const embeddings = Float64Array.of(1, 0, Math.cos(gap), Math.sin(gap))
    const { loss, gradients } = pairLoss(
      pairs.contrastive(),
      { embeddings, labels: [0, 0], dimension: 2 },
      { gradients: true },
    )
    expect(Math.abs(loss / (2 * Math.sin(gap / 2)) - 1)).toBeLessThan(1e-12)
    // dchord/dx is cos(θ/2) along the tangent, which points away from the other.
    const expected = Math.cos(gap / 2)
    expect(Math.abs((gradients.embeddings?.[1] as number) + expected)).toBeLessThan(1e-7)
  }
})
