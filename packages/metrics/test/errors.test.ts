import {
  angleHistogram,
  angleStatistics,
  bestThresholdAccuracy,
  cmc,
  distractorCurve,
  EmptyError,
  LabelError,
  lfwProtocol,
  MetricsError,
  NonFiniteError,
  ParameterError,
  pairScores,
  retrieval,
  roc,
  rotatingGallery,
  ShapeError,
  targetAngles,
  thresholdAtFar,
  tpirAtFpir,
  verificationScores,
} from '@arcmargin/metrics'
import { expect, it } from 'vitest'

it.each([EmptyError, LabelError, NonFiniteError, ParameterError, ShapeError])(
  '%s is a MetricsError with its own name and every field',
  (Type) => {
    const details = { argument: 'labels', row: 3, value: 7, allowed: '0 to 6' }
    const error = new Type('is wrong', details)
    expect(error).toBeInstanceOf(MetricsError)
    expect(error).toMatchObject({ ...details, name: Type.name })
    expect(error.message).toBe('labels[3] is wrong (got 7); allowed: 0 to 6')
    expect(new Type('is wrong', { argument: 'labels' }).message).toBe('labels is wrong')
  },
)

it('reads as a sentence', () => {
  expect(() => pairScores(Float32Array.of(1, 1), [0, -5], { dimension: 1 })).toThrow(
    'labels[1] is not a label (got -5); allowed: integers from -1 (-1: ignored) to 2147483647',
  )
})

const set = { embeddings: Float32Array.of(1, 2), labels: [0, 1] }
const scores = verificationScores([0.9, 0.1], [true, false])

it.each<[string, string, (options: never) => unknown]>([
  ['angleHistogram', 'bins, from, to', (options) => angleHistogram([1], options)],
  [
    'angleStatistics',
    'dimension, subCenters',
    (options) => angleStatistics(set.embeddings, set.embeddings, set.labels, options),
  ],
  [
    'targetAngles',
    'dimension, subCenters',
    (options) => targetAngles(set.embeddings, set.embeddings, set.labels, options),
  ],
  ['bestThresholdAccuracy', 'balanced', (options) => bestThresholdAccuracy(scores, options)],
  ['cmc', 'dimension, maxRank, ties', (options) => cmc(set, set, options)],
  [
    'rotatingGallery',
    'dimension, maxRank, ties',
    (options) => rotatingGallery(set.embeddings, set.labels, [0, 1], options),
  ],
  [
    'distractorCurve',
    'dimension, counts, seed',
    (options) => distractorCurve(set, set.embeddings, options),
  ],
  ['lfwProtocol', 'folds', (options) => lfwProtocol([0.9, 0.1], [true, false], options)],
  ['pairScores', 'dimension, keep', (options) => pairScores(set.embeddings, set.labels, options)],
  ['retrieval', 'dimension', (options) => retrieval(set.embeddings, set.labels, options)],
  ['roc', 'dropIntermediate', (options) => roc(scores, options)],
  ['thresholdAtFar', 'confidence', (options) => thresholdAtFar(scores, 0.1, options)],
  ['tpirAtFpir', 'dimension, fpirs, rank', (options) => tpirAtFpir(set, set, options)],
])('%s refuses an option that it does not know, and what is no object', (_, allowed, run) => {
  const misspelt = { dimensions: 1 } as never
  expect(() => run(misspelt)).toThrow(ParameterError)
  expect(() => run(misspelt)).toThrow(`dimensions is not an option; allowed: ${allowed}`)
  expect(() => run(null as never)).toThrow(`options are no object (got null); allowed: ${allowed}`)
})
