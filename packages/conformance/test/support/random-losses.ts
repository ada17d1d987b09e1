import { defineLoss, parse, print } from '@arcmargin/core'
import { cosineScores } from '@arcmargin/core/head'
import { definePairLoss, type TermScope } from '@arcmargin/core/pairs'
import fc from 'fast-check'
import { regular, tameConstant, tree } from '../../../core/test/expression/trees.js'
import { bell, generator, someLabels } from '../../../core/test/support/random.js'
import type { PairRequest, Request } from '../../src/backend.js'
import { coreF64 } from '../../src/backends/core.js'
import { type Figures, figuresOf, gaps } from './figures.js'

/** A loss with what core finds in float64, and how far from it a figure may be. */
export interface RandomLoss<R extends Request | PairRequest> {
  readonly title: string
  readonly request: R
  readonly expected: Figures
  readonly tolerance: Readonly<Record<string, number>>
}

const random = generator(41)
const [rows, classes, dimension] = [6, 9, 5]

/** Numbers that float32 has, so that every backend sees the same. */
const numbers = (length: number): Float64Array => bell(random, length).map(Math.fround)

const batch = {
  embeddings: numbers(rows * dimension),
  classWeights: numbers(classes * dimension),
  labels: someLabels(random, rows, classes),
  dimension,
}
const samples = { embeddings: batch.embeddings, labels: [1, 0, 1, 2, 0, 1], dimension }

const values = { m: 0.3, k: 1.7 }
const parameters = { m: { default: values.m }, k: { default: values.k } }
const parameterGradients = Object.keys(values)

const formula = (inputs: readonly string[], depth: number): fc.Arbitrary<string> =>
  // Rounding may move a floor across an edge, and then it is another number.
  tree(tameConstant.map(Math.fround), depth, ['floor'], [...inputs, ...parameterGradients]).map(
    print,
  )

type Point = Readonly<Record<string, number>>

const angles = (cosTheta: number): Point => ({
  theta: Math.acos(cosTheta),
  cosTheta,
  sinTheta: Math.sqrt(1 - cosTheta ** 2),
  chord: Math.sqrt(2 - 2 * cosTheta),
  ...values,
})
const toClasses = Array.from(cosineScores(batch), angles)
const toSamples = Array.from(
  cosineScores({ embeddings: samples.embeddings, classWeights: samples.embeddings, dimension }),
)
  .filter((_, index) => index % (rows + 1) !== 0)
  .map(angles)

/** Whether nothing in a formula is infinite at some points: the contract of formulas. */
const isRegular = (text: string, points: readonly Point[]): boolean => {
  const node = parse(text, Object.keys(points[0] ?? {}))
  return points.every((point) => regular(node, point))
}

/** Every number of an array moved by about a share of itself, each its own way. */
const moved = (array: Float64Array, share: number): Float64Array =>
  array.map((value, index) => value * (1 + share * Math.sin(1 + 3.7 * index)))

/**
 * Figures of a loss, and some hundred times as far as they move where the batch does by units of float32's last place; undefined where
 * they are too large for float32 or move too much to tell anything.
 */
const measured = (
  run: (share: number) => Figures,
): Pick<RandomLoss<Request>, 'expected' | 'tolerance'> | undefined => {
  const expected = run(0)
  const near = [1e-6, -1e-6, 3e-6].map((share) => gaps(run(share), expected))
  const tolerance = Object.fromEntries(
    Object.keys(expected).map((name) => [
      name,
      3e-4 + 30 * Math.max(...near.map((gap) => gap[name] as number)),
    ]),
  )
  const isMeasurable =
    Object.values(expected).every((values) => Array.from(values).every((v) => Math.abs(v) < 1e4)) &&
    Object.values(tolerance).every((most) => most < 0.02)
  return isMeasurable ? { expected, tolerance } : undefined
}

const angular = ['theta', 'cosTheta', 'sinTheta']
const margins = fc
  .record({
    target: formula(angular, 4),
    other: fc.oneof(formula(['cosTheta'], 4), formula(angular, 4)),
    reduction: fc.constantFrom('softmax' as const, 'softmaxOthers' as const, 'classwise' as const, {
      positive: 'softplus(-logit)',
      negative: 'softplus(logit)',
    }),
  })
  .filter(({ target, other }) => isRegular(target, toClasses) && isRegular(other, toClasses))
  .map(({ target, other, reduction }): RandomLoss<Request> | undefined => {
    const scaled = { target: `4 * (${target})`, other: `4 * (${other})`, reduction }
    const loss = defineLoss({ name: 'Random', citation: 'none', parameters, ...scaled })()
    const request: Request = { loss, batch, options: {}, parameterGradients }
    const figures = measured((share) => {
      const { embeddings, classWeights } = batch
      const near = {
        ...batch,
        embeddings: moved(embeddings, share),
        classWeights: moved(classWeights, -share),
      }
      return figuresOf(coreF64.run({ ...request, batch: near }))
    })
    const title = `${JSON.stringify(reduction)} of ${target} against ${other}`
    return figures && { title, request, ...figures }
  })

/** What terms see of the scores. */
const scopes: Readonly<Record<Exclude<TermScope, 'pairs'>, readonly string[]>> = {
  positives: ['positive', 'negatives'],
  anchors: ['positives', 'negatives', 'positiveSum', 'negativeSum'],
  batch: ['positives', 'negatives', 'positiveSum', 'negativeSum'],
  triplets: ['positive', 'negative', 'swapped'],
}
const chords = [...angular, 'chord']
const terms: fc.Arbitrary<{ readonly over: TermScope; readonly term?: string }> = fc.oneof(
  fc.constant({ over: 'pairs' as const }),
  ...Object.entries(scopes).map(([over, inputs]) =>
    formula(inputs, 3).map((term) => ({ over: over as TermScope, term })),
  ),
)
const pairs = fc
  .record({
    positive: formula(chords, 3),
    negative: formula(chords, 3),
    term: terms,
    pairing: fc.constantFrom('all' as const, 'unordered' as const, 'firstOfClass' as const),
  })
  .filter(
    ({ positive, negative }) => isRegular(positive, toSamples) && isRegular(negative, toSamples),
  )
  .map(({ term, ...scores }): RandomLoss<PairRequest> | undefined => {
    const definition = { ...scores, ...term }
    const loss = definePairLoss({ name: 'Random', citation: 'none', parameters, ...definition })()
    const request: PairRequest = { loss, batch: samples, parameterGradients }
    const figures = measured((share) => {
      const near = { ...samples, embeddings: moved(samples.embeddings, share) }
      return figuresOf(coreF64.runPairs({ ...request, batch: near }))
    })
    const title = JSON.stringify(definition)
    return figures && { title, request, ...figures }
  })

const sample = <T>(losses: fc.Arbitrary<T | undefined>, count: number): T[] =>
  fc.sample(losses.filter((loss) => loss !== undefined) as fc.Arbitrary<T>, {
    numRuns: count,
    seed: 7,
  })

/** Margin losses with random formulas that float32 can tell something about. */
export const randomMarginLosses = (count: number): RandomLoss<Request>[] => sample(margins, count)

/** Pair losses likewise. */
export const randomPairLosses = (count: number): RandomLoss<PairRequest>[] => sample(pairs, count)
