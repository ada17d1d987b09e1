import { ParameterError, ShapeError } from '@arcmargin/core'
import { positiveInteger } from '@arcmargin/core/backend'
import type { FloatArray } from '@arcmargin/core/head'
import type { PairLoss } from '@arcmargin/core/pairs'
import {
  checkReduction,
  checkTogether,
  type Direction,
  directionsOf,
  type Members,
  type PairParameters,
  type ResolvedPairs,
  readLabels,
  readLabelsOfOthers,
  readPairParameters,
  resolvePairLoss,
} from '@arcmargin/core/pairs/engine'
import * as tf from '@tensorflow/tfjs-core'
import { checkSize, checkTensor } from '../head/check.js'
import type { PairLossOptions } from './options.js'

/** A step after every check. Holds nothing that was made on a backend. */
export interface PairPlan extends Pick<PairParameters, 'parametersAt'> {
  readonly loss: PairLoss
  readonly resolved: ResolvedPairs
  readonly directions: readonly Direction<Members>[]
  readonly reduction: PairLossOptions['reduction']
  /** Rows of the embeddings, views one by one. */
  readonly rows: number
  readonly dimension: number
  /** Parameters that are given as tensors, and so get gradients. */
  readonly learned: readonly string[]
  /** Whether pairs are measured by their difference vectors, [block, M, D]: what is near keeps its digits. */
  readonly exact: boolean
  readonly blockSize: number | undefined
}

const optionNames: ReadonlySet<string> = new Set<keyof PairLossOptions>([
  'others',
  'anchors',
  'pairs',
  'triplets',
  'reduction',
  'parameters',
  'blockSize',
])

const checkOptions = (options: PairLossOptions): void => {
  const argument = Object.keys(options).find((name) => !optionNames.has(name))
  if (argument !== undefined) {
    const allowed = [...optionNames].join(', ')
    throw new ParameterError('is not an option', { argument, allowed })
  }
  const { reduction = 'own', blockSize } = options
  checkReduction(reduction)
  if (blockSize !== undefined) positiveInteger('blockSize', blockSize)
}

/** What stands for a tensor's values, which are not read back. */
const stand = (
  { definition, parameters }: PairLoss,
  name: string,
  value: tf.Tensor,
): number | Float64Array => {
  const { default: given } = definition.parameters[name] ?? {}
  const initial = typeof given === 'number' ? given : 1
  checkTensor(`parameters.${name}`, value, [0, 1])
  if (parameters[name] === 'perClass') return new Float64Array(value.size).fill(initial)
  checkSize(`parameters.${name}`, value, 1)
  return initial
}

const membersOf = (labels: Int32Array, ofOthers: boolean): Members => ({
  ofOthers,
  rows: labels.length,
  labels,
  source: Int32Array.from(labels.keys()),
})

const select = ({ ofOthers, labels, source }: Members, rows: readonly number[]): Members => ({
  ofOthers,
  rows: rows.length,
  labels: Int32Array.from(rows, (row) => labels[row] as number),
  source: Int32Array.from(rows, (row) => source[row] as number),
})

/** Checks everything that the host can see, before any tensor is made. */
export const makePairPlan = (
  loss: PairLoss,
  embeddings: tf.Tensor,
  labels: ArrayLike<number> | undefined,
  options: PairLossOptions,
): PairPlan => {
  checkOptions(options)
  const resolved = resolvePairLoss(loss)
  checkTogether(loss, options)
  checkTensor('embeddings', embeddings, [2, 3])
  const [samples, ...rest] = embeddings.shape as [number, ...number[]]
  const dimension = rest.at(-1) as number
  const views = rest.length === 2 ? (rest[0] as number) : 1
  const { others, parameters = {} } = options
  const own = readLabels({ ...(labels ? { labels } : {}), views, others }, samples)
  if (others) {
    checkTensor('others.embeddings', others.embeddings, [2])
    if (others.embeddings.shape[1] !== dimension) {
      throw new ShapeError(`has the shape [${others.embeddings.shape}]`, {
        argument: 'others.embeddings',
        allowed: `[M, ${dimension}], as the embeddings`,
      })
    }
  }
  const otherLabels =
    others && readLabelsOfOthers(others.labels, others.embeddings.shape[0] as number)
  const learned = Object.keys(parameters).filter((name) => parameters[name] instanceof tf.Tensor)
  const known: Record<string, number | FloatArray> = {}
  for (const [name, value] of Object.entries(parameters)) {
    known[name] = value instanceof tf.Tensor ? stand(loss, name, value) : value
  }
  const { parametersAt } = readPairParameters(loss, known, learned, [own, otherLabels])
  const scores = resolved.negative ? [resolved.positive, resolved.negative] : [resolved.positive]
  return {
    loss,
    resolved,
    directions: directionsOf(
      loss,
      options,
      membersOf(own, false),
      otherLabels && membersOf(otherLabels, true),
      select,
    ),
    reduction: options.reduction,
    rows: own.length,
    dimension,
    learned,
    parametersAt,
    exact: scores.some(({ motion }) => motion !== 'cosine'),
    blockSize: options.blockSize,
  }
}
