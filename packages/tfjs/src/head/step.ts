import { rowScales } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { toInt } from '../expression/cast.js'
import { emit, type Value } from '../expression/emit.js'
import { angle } from '../expression/functions.js'
import type { Plan } from './plan.js'
import { type Pooled, pool } from './pooling.js'
import { type Lengths, normalize, type Tangent, tangent, type UnitVectors } from './vectors.js'

/** The N target entries: each row against the sub-centers of its own class. */
export interface Targets extends Pooled {
  /** [N, K, D] and [N, K, 1]. */
  readonly centers: UnitVectors
}

/** What every stage of a step uses, as tensors; a column of rows is [N, 1]. */
export interface Step {
  /** The class weights' own tensor. */
  readonly classWeights: tf.Tensor
  /** [N, D] and [N, 1]. */
  readonly embeddings: UnitVectors
  /** [N, 1] int32 column of each row's label, -1 where it counts for nothing. */
  readonly columns: tf.Tensor
  /** [N, 1] bool: rows that count. */
  readonly counts: tf.Tensor
  /** [N, 1] share of each row in the loss: w/Σw, or w; 0 where ignored; NaN where a label in a tensor is no class. */
  readonly scale: tf.Tensor
  readonly targets: Targets
  /** The tangents at the embeddings towards the targets' centers; none where the pooling mixes sub-centers. */
  readonly towards: Tangent | undefined
  /** Values of formulas over the rows: parameters and state, and [N, 1] what belongs to the target. */
  readonly environment: Record<string, Value>
  /** [1, C] tables. */
  readonly perClass: Readonly<Record<string, tf.Tensor>>
  /** Of a softmax over the sub-centers. */
  readonly temperature: Value | undefined
  /** [N, count, K] of each block, where they are kept. */
  readonly cosines: tf.Tensor[]
  /** Of the class weights of each block. */
  readonly lengths: Lengths[]
}

/** Shares of the rows in the reduced loss, where the host knows labels and sample weights. */
export const hostScales = ({ labels, options, resolved }: Plan): Float32Array | undefined => {
  const { reduction = 'mean', sampleWeights } = options
  if (labels instanceof tf.Tensor || sampleWeights instanceof tf.Tensor) return undefined
  const weights = sampleWeights ? { sampleWeights } : {}
  return Float32Array.from(rowScales(resolved, labels, { reduction, ...weights }))
}

/** [N, 1] labels, rows that count, and shares in the reduced loss. */
export const readRows = (plan: Plan): Pick<Step, 'columns' | 'counts' | 'scale'> => {
  const { labels, rows, columns, options, resolved } = plan
  const column = [rows, 1]
  const known = hostScales(plan)
  if (known) {
    const own = labels as Int32Array
    return {
      columns: tf.tensor(own, column, 'int32'),
      counts: tf.tensor(
        Uint8Array.from(own, (label) => Number(label >= 0)),
        column,
        'bool',
      ),
      scale: tf.tensor(known, column),
    }
  }
  const raw =
    labels instanceof tf.Tensor
      ? toInt(tf.reshape(labels, column))
      : tf.tensor(labels, column, 'int32')
  const counts = tf.logicalAnd(tf.greaterEqual(raw, 0), tf.less(raw, columns))
  const { sampleWeights, reduction = 'mean' } = options
  const weights =
    sampleWeights === undefined
      ? tf.ones(column)
      : sampleWeights instanceof tf.Tensor
        ? tf.reshape(sampleWeights, column)
        : tf.tensor(Float32Array.from(sampleWeights), column)
  const masked = tf.where(counts, weights, 0)
  const sum = tf.sum(masked)
  const share =
    reduction === 'mean' && resolved.reduction !== 'classwise'
      ? tf.div(masked, tf.where(tf.greater(sum, 0), sum, 1))
      : masked
  // A label that is no class cannot be reported without reading it back: it makes the loss NaN instead of a wrong number.
  const wrong = tf.logicalOr(tf.less(raw, -1), tf.greaterEqual(raw, columns))
  const scale = labels instanceof tf.Tensor ? tf.where(wrong, Number.NaN, share) : share
  return { columns: tf.where(counts, raw, tf.scalar(-1, 'int32')), counts, scale }
}

/** Parameters as tensors: scalars as they are, tables as [1, C], and values of rows as [N, 1]. */
export const readTables = (
  { scopes, known, rows, classes }: Plan,
  learned: Readonly<Record<string, tf.Tensor>>,
): {
  readonly scalars: Record<string, Value>
  readonly perClass: Record<string, tf.Tensor>
  readonly perSample: Record<string, tf.Tensor>
} => {
  const scalars: Record<string, Value> = {}
  const perClass: Record<string, tf.Tensor> = {}
  const perSample: Record<string, tf.Tensor> = {}
  for (const [name, value] of Object.entries({ ...known, ...learned })) {
    const scope = scopes[name] ?? 'scalar'
    const shaped = (shape: number[]): tf.Tensor =>
      value instanceof tf.Tensor
        ? tf.reshape(value, shape)
        : tf.tensor(Float32Array.from(value as ArrayLike<number>), shape)
    if (scope === 'perClass') perClass[name] = shaped([1, classes])
    else if (scope === 'perSample') perSample[name] = shaped([rows, 1])
    else scalars[name] = typeof value === 'number' ? value : shaped([])
  }
  return { scalars, perClass, perSample }
}

/** Stage 1, and the target entries with their exact angles. */
export const makeStep = (
  plan: Plan,
  embeddings: tf.Tensor,
  classWeights: tf.Tensor,
  learned: Readonly<Record<string, tf.Tensor>>,
): Step => {
  const { dimension, subCenters, classes, subset, rows, resolved, state } = plan
  const row = readRows(plan)
  const { scalars, perClass, perSample } = readTables(plan, learned)
  const own = toInt(tf.reshape(tf.maximum(row.columns, 0), [rows]))
  const labels = subset ? tf.gather(tf.tensor1d(subset, 'int32'), own) : own
  const x = normalize(embeddings)
  const weights = tf.reshape(classWeights, [classes, subCenters, dimension])
  const centers = normalize(tf.gather(weights, labels))
  const each = tf.sum(tf.mul(tf.expandDims(x.unit, 1), centers.unit), -1)
  const [temperature] = resolved.poolingTemperature
    ? emit([resolved.poolingTemperature], { ...scalars, ...state })
    : []
  const pooled = pool(each, temperature)
  const targets = { ...pooled, centers }
  const cosine = tf.expandDims(pooled.cosine, -1)
  const norms = tf.squeeze(centers.norm, [-1])
  const norm = subCenters === 1 ? norms : tf.sum(tf.mul(norms, pooled.chosen), -1, true)
  // A zero vector is at a right angle to everything, and so is what does not count.
  const real = tf.logicalAnd(row.counts, tf.logicalAnd(tf.greater(x.norm, 0), tf.greater(norm, 0)))
  const towards = temperature === undefined ? tangent(x.unit, chosenCenter(targets)) : undefined
  const measured = towards?.sine ?? tf.sqrt(tf.mul(tf.sub(1, cosine), tf.add(1, cosine)))
  const sinTheta = tf.where(real, measured, 1)
  const cosTheta = tf.where(real, cosine, 0)
  const atTarget = Object.entries(perClass).map(([name, table]) => [
    name,
    tf.reshape(tf.gather(tf.reshape(table, [classes]), labels), [rows, 1]),
  ])
  return {
    ...row,
    classWeights,
    embeddings: x,
    targets,
    towards,
    environment: {
      ...scalars,
      ...Object.fromEntries(atTarget),
      ...perSample,
      theta: angle(sinTheta, cosTheta),
      cosTheta,
      sinTheta,
      featureNorm: x.norm,
      weightNorm: norm,
    },
    perClass,
    temperature,
    cosines: [],
    lengths: [],
  }
}

/** [N, D] the sub-center that each row's target pooled. */
export const chosenCenter = ({ centers, chosen }: Targets): tf.Tensor =>
  chosen.shape.at(-1) === 1
    ? tf.squeeze(centers.unit, [1])
    : tf.sum(tf.mul(centers.unit, tf.expandDims(chosen, -1)), 1)
