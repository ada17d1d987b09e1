import { evaluate } from '../expression/evaluate.js'
import type { Expression } from '../expression/node.js'
import type { Loss } from '../losses/definition.js'
import { deriveLoss } from '../losses/derive.js'
import { resolveLoss } from '../losses/resolve.js'
import { type BackwardContext, backward, sumOverOthers } from './backward.js'
import type { HeadBatch, HeadOptions, HeadResult } from './batch.js'
import { checkOptions, gradientBuffers, rowScales } from './check.js'
import { cosineBlocks } from './cosine.js'
import { drawValues } from './draws.js'
import { evaluateRows, rowEnvironment } from './environment.js'
import { forward } from './forward.js'
import { countRows, readCenters, readEmbeddings, readLabels } from './layout.js'
import {
  classEnvironment,
  createParameterGradients,
  gradientNames,
  type RowPart,
} from './parameter-gradient.js'
import { readParameters } from './parameters.js'
import { createPooling } from './pooling.js'
import { createReducer } from './reduce.js'
import { checkState, initialState, nextState } from './state.js'
import { addRowValues, takeStatistics } from './statistics.js'
import { measureTargets } from './target.js'

/**
 * A margin loss of a batch against all class weights, and its gradients: normalize → cosine → margin → reduce → backward.
 * Classes are streamed in blocks: working memory is O(N·D + block), plus the cosines while they fit into `cosineBudget`.
 * Arithmetic is float64 whatever the arrays' precision; gradients come in the arrays' precision.
 *
 * @param loss any loss, e.g. `arcFace({ margin: 0.5, scale: 64 })`.
 * @param batch embeddings [N, D], class weights [C, D] or [C, K, D], labels [N] (-1: ignored). Not changed.
 * @param options reduction, gradients, state, parameter tables, ...; see {@link HeadOptions}.
 * @returns loss, accuracy, angles, gradients and the next state. With every row ignored loss and gradients are 0.
 * @throws ParameterError, ShapeError, LabelError, NonFiniteError before anything is written.
 *
 * A zero vector (norm below 1e-30 in float32, 1e-290 in float64) has cosine 0 with everything and gradient 0. At angle 0 or π a
 * target has no direction and so no gradient.
 */
export const marginLoss = (loss: Loss, batch: HeadBatch, options: HeadOptions = {}): HeadResult => {
  checkOptions(batch, options)
  const resolved = resolveLoss(loss)
  const derived = deriveLoss(loss)
  const centers = readCenters(batch, options.classSubset)
  const { dimension, classes } = centers
  const rows = countRows('embeddings', batch.embeddings.length, dimension, 'dimension')
  const columns = readLabels(batch.labels, rows, centers, options.classSubset)
  const parameters = readParameters(loss, classes, rows, options.parameters)
  const before = options.state ?? initialState(loss, classes)
  checkState(loss, before)
  const rowScale = rowScales(resolved, columns, options)
  const names = gradientNames(loss, requestOf(options)?.parameters)
  const buffers = gradientBuffers(batch, centers, requestOf(options))

  // Stage 1 and the targets' angles.
  const { unit: embeddings, norms: featureNorms } = readEmbeddings(
    batch.embeddings,
    rows,
    dimension,
  )
  const temperature = resolved.poolingTemperature
  const soft = temperature !== undefined
  const pooling = createPooling(
    centers.subCenters,
    temperature && evaluate(temperature, { ...parameters.scalars, ...before }),
  )
  const targets = measureTargets(embeddings, featureNorms, columns, centers, pooling, soft)
  const environment = rowEnvironment(targets, featureNorms, batch.labels, parameters)
  Object.assign(environment.uniform, before)
  const context = { environment, embeddings, centers, pooling, parameters }
  const blocks = cosineBlocks(embeddings, rows, centers, options.cosineBudget ?? 1 << 25)

  // Statistics come before the state moves on, and the logits after it.
  const training = options.training ?? true
  drawValues(resolved, environment, training, options.random)
  const statistics = takeStatistics(resolved, context, blocks, columns)
  const state =
    training && statistics['batchSize']
      ? nextState(loss, before, { ...parameters.scalars, ...statistics })
      : before
  Object.assign(environment.uniform, state)

  const { target, other, sample, coupled } = derived
  addRowValues(
    [other.value, other.slope, ...Object.keys(coupled).map(slopeOf)],
    resolved,
    environment,
  )
  const [targetLogits] = evaluateRows([target.value], environment) as [Float64Array]

  // Stages 2 to 4.
  const reducer = createReducer(resolved, rows, centers.columns, environment.uniform)
  const scored = forward(
    loss,
    context,
    columns,
    targetLogits,
    reducer,
    blocks,
    options.logits ?? false,
  )
  const { losses: data, targetFactors, total } = reducer.finish(targetLogits, columns)
  const weigh = (values: ArrayLike<number> | undefined): number =>
    rowScale.reduce(
      (sum, scale, row) => (scale === 0 ? sum : sum + scale * (values?.[row] as number)),
      0,
    )
  const perRow = sample && evaluateRows([sample.value], environment)[0]
  const losses = perRow
    ? data.map((value, row) => ((columns[row] as number) < 0 ? 0 : value + (perRow[row] as number)))
    : data
  const regularization = (perRow ? weigh(perRow) : 0) + classRegularization()
  const result = {
    loss: (total ?? weigh(data)) + regularization,
    losses,
    regularization,
    ...scored,
    targetAngles: targets.angles.map((angle, row) =>
      (columns[row] as number) < 0 ? Number.NaN : angle,
    ),
    state,
  }
  if (!requestOf(options)) return { ...result, gradients: { parameters: {} } }

  // Stage 5.
  const backwardContext: BackwardContext = {
    ...context,
    derived,
    reducer,
    targets,
    columns,
    rowScale,
    featureNorms,
    soft,
  }
  const couplings = Object.values(coupled)
  const sums = sumOverOthers(
    backwardContext,
    couplings.map(({ slope }) => slope),
    blocks,
  )
  const parts = [
    {
      logit: target,
      factors: targetFactors.map((factor, row) => factor * (rowScale[row] as number)),
    },
    ...(sample ? [{ logit: sample, factors: rowScale }] : []),
    ...couplings.map(({ row }, index) => ({ logit: row, factors: sums[index] as Float64Array })),
  ]
  const slopeBy = (key: 'slope' | 'featureNorm' | 'weightNorm'): Float64Array => {
    const slopes = evaluateRows(
      parts.map(({ logit }) => logit[key]),
      environment,
    )
    return Float64Array.from(columns, (column, row) =>
      column < 0
        ? 0
        : parts.reduce(
            (sum, { factors }, part) =>
              sum + (factors[row] as number) * (slopes[part]?.[row] as number),
            0,
          ),
    )
  }
  const slopes = {
    angle: slopeBy('slope'),
    featureNorm: slopeBy('featureNorm'),
    weightNorm: slopeBy('weightNorm'),
  }
  const byParameter = createParameterGradients(
    loss,
    derived,
    names,
    batch.labels,
    centers.classOf,
    parameters,
  )
  byParameter.addRows(
    environment,
    parts.map(({ logit, factors }): RowPart => ({ formula: logit.value, factors })),
  )
  backward(backwardContext, slopes, blocks, buffers.embeddings, buffers.classWeights, byParameter)
  return { ...result, gradients: { ...buffers, parameters: byParameter.values } }

  function slopeOf(name: string): Expression {
    return (coupled[name] as { slope: Expression }).slope
  }

  function classRegularization(): number {
    const formula = resolved.classRegularizer
    if (!formula) return 0
    const [values] = evaluateRows([formula], classEnvironment(parameters)) as [Float64Array]
    return values.reduce((sum, value) => sum + value, 0) / classes
  }
}

const requestOf = ({ gradients }: HeadOptions): Exclude<HeadOptions['gradients'], boolean> =>
  gradients === true ? { embeddings: true, classWeights: true } : gradients || undefined
