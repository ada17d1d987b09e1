import { type Loss, ParameterError } from '@arcmargin/core'
import { GraphBuilder } from '../graph/builder.js'
import { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'
import { normalizeEmbeddings, weightNorms } from '../head/normalize.js'
import { headShape } from '../head/shape.js'
import { weightInput, withClasses } from './inputs.js'
import { type ExportedModel, finishModel } from './model.js'
import type { LogitsOptions } from './options.js'

/**
 * Inference: the cosine of each embedding with each class, without margin; the largest over a class's sub-centers.
 *
 * Inputs `embeddings` [N, D] and, unless they are in the file, `classWeights`. Output `scores` [N, C]; with `topK` the outputs
 * `scores` [N, k] and `classes` [N, k] int64, best first.
 *
 * @throws ParameterError, ShapeError naming the option.
 */
export const exportLogits = (loss: Loss, given: LogitsOptions): ExportedModel => {
  const options = withClasses(given)
  const shape = headShape(options)
  const { dimension, subCenters, classes } = shape
  const { topK } = options
  const most = typeof classes === 'number' ? classes : Number.POSITIVE_INFINITY
  if (topK !== undefined && !(Number.isInteger(topK) && topK > 0 && topK <= most)) {
    throw new ParameterError('is out of range', {
      argument: 'topK',
      value: topK,
      allowed: `1 to ${most === Number.POSITIVE_INFINITY ? 'C' : most}`,
    })
  }
  const builder = new GraphBuilder()
  const o = new Ops(builder)
  builder.stage('inputs', 'What the head is given')
  const raw = builder.input('embeddings', 'float', ['batch', dimension], 'Embeddings [N, D]')
  const { value, external } = weightInput(o, shape, options)
  builder.stage(
    'normalize',
    'Stage 1: directions of the embeddings and lengths of the class weights',
  )
  const { unit } = normalizeEmbeddings(o, raw)
  const count =
    typeof classes === 'number' ? classes * subCenters : subCenters === 1 ? classes : 'centers'
  const rows = o.reshape(o.cast(value, 'float'), [count, dimension])
  const { inverse } = weightNorms(o, o.reduce('ReduceSumSquare', rows, 1))
  builder.stage('cosine', 'Stage 2: cosines, the largest over the sub-centers of a class')
  const cosines = o.mul(o.timesTransposed(unit, rows), o.reshape(inverse, [1, count]))
  const scores = o.min(o.max(pooled(o, cosines, subCenters, classes), -1), 1)
  if (topK === undefined) builder.output('scores', scores, 'Cosine with each class')
  else {
    const best = o.topK(scores, builder.constant('int64', [topK], [1]), topK, true)
    builder.output('scores', best.values, 'Cosines of the best classes, best first')
    builder.output('classes', best.indices, 'The best classes, best first')
  }
  return finishModel(builder, loss, 'logits', options, external)
}

const pooled = (
  o: Ops,
  cosines: Value,
  subCenters: number,
  classes: Value['shape'][number],
): Value => {
  if (subCenters === 1) return cosines
  const each = o.reshape(cosines, ['batch', classes, subCenters])
  return o.reshape(o.reduce('ReduceMax', each, 2), ['batch', classes])
}
