import { ParameterError } from '@arcmargin/core'
import { GraphBuilder } from '../graph/builder.js'
import { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'
import { normalizeEmbeddings, weightNorms } from '../head/normalize.js'
import { type HeadShape, headShape } from '../head/shape.js'
import { withClasses } from './classes.js'
import type { LogitsOptions } from './options.js'
import { unitRows } from './unit-rows.js'
import { type ExternalData, weightInput } from './weights.js'

/** A graph of cosine scores under construction. */
export interface Scores {
  readonly builder: GraphBuilder
  readonly external: ExternalData | undefined
}

const checkTopK = (topK: number | undefined, classes: Dim): void => {
  const most = typeof classes === 'number' ? classes : Number.POSITIVE_INFINITY
  if (topK === undefined || (Number.isInteger(topK) && topK > 0 && topK <= most)) return
  throw new ParameterError('is out of range', {
    argument: 'topK',
    value: topK,
    allowed: `a whole number from 1 to ${most === Number.POSITIVE_INFINITY ? 'C' : most}`,
  })
}

/**
 * Embeddings to cosines with the classes, or to the k best: the one graph of inference. Weights that are put into the file are
 * normalised first, once and in double precision.
 *
 * @param argument what the caller's weights are called in errors.
 */
export const buildScores = (given: LogitsOptions, argument?: string): Scores => {
  const options = withClasses(given, argument)
  const shape = headShape(options)
  const { dimension, subCenters, classes } = shape
  const { topK, weights, weightType } = options
  checkTopK(topK, classes)
  const baked = weights ? { ...options, weights: unitRows(weights, dimension) } : options
  const builder = new GraphBuilder()
  const o = new Ops(builder)
  builder.stage('inputs', 'What the head is given')
  const about = 'Embeddings [N, D], of any length'
  const raw = builder.input('embeddings', 'float', ['batch', dimension], about)
  const { value, external } = weightInput(o, shape, baked)
  builder.stage(
    'normalize',
    'Stage 1: directions of the embeddings and lengths of the class weights',
  )
  const { unit } = normalizeEmbeddings(o, raw)
  const count =
    typeof classes === 'number' ? classes * subCenters : subCenters === 1 ? classes : 'centers'
  const rows = o.reshape(o.cast(value, 'float'), [count, dimension])
  const products = o.timesTransposed(unit, rows)
  // Rounding to half precision changes a length by up to 1 in 2,000.
  const isUnit = weights !== undefined && weightType !== 'float16'
  const inverse = isUnit ? undefined : weightNorms(o, o.reduce('ReduceSumSquare', rows, 1)).inverse
  builder.stage('cosine', 'Stage 2: cosines, the largest over the sub-centers of a class')
  const cosines = inverse ? o.mul(products, o.reshape(inverse, [1, count])) : products
  const scores = o.min(o.max(pooled(o, cosines, shape), -1), 1)
  if (topK === undefined) builder.output('scores', scores, 'Cosine with each class, -1 to 1')
  else {
    const best = o.topK(scores, builder.constant('int64', [topK], [1]), topK, true)
    builder.output('topScores', best.values, 'Cosines of the best classes, best first')
    builder.output('topClasses', best.indices, 'The classes that they belong to')
  }
  return { builder, external }
}

const pooled = (o: Ops, cosines: Value, { subCenters, classes }: HeadShape): Value => {
  if (subCenters === 1) return cosines
  const each = o.reshape(cosines, ['batch', classes, subCenters])
  return o.reshape(o.reduce('ReduceMax', each, 2), ['batch', classes])
}
