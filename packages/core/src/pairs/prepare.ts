import { checkKnown } from '../check-known.js'
import { ParameterError } from '../errors.js'
import { checkFloats } from '../head/check.js'
import type { Kernels } from '../head/kernels.js'
import { countRows, positiveInteger } from '../head/layout.js'
import type { PairBatch, PairGradientRequest, PairOptions } from './batch.js'
import type { PairLoss } from './definition.js'
import type { Direction } from './direction.js'
import { checkTogether, directionsOf } from './directions.js'
import { countSamples, readLabels, readLabelsOfOthers } from './labels.js'
import { type PairParameters, readPairParameters } from './parameters.js'
import { type ResolvedPairs, resolvePairLoss } from './resolve.js'
import { readSide, selectRows } from './side.js'

/** One step after every check. */
export interface Step extends PairParameters {
  readonly kernels: Kernels
  readonly loss: PairLoss
  readonly resolved: ResolvedPairs
  readonly directions: readonly Direction[]
  readonly request: PairGradientRequest | undefined
}

const batchNames = [
  'embeddings',
  'labels',
  'dimension',
  'views',
  'others',
  'anchors',
  'pairs',
  'triplets',
]
const optionNames = ['gradients', 'parameters', 'reduction', 'elements', 'budget']

/** How terms may be put together, whatever the loss says. */
const reductions = ['own', 'mean', 'meanNonZero', 'sum']

/** Refuses a reduction that is none. */
export const checkReduction = (reduction: string): void => {
  if (reductions.includes(reduction)) return
  const allowed = reductions.join(', ')
  throw new ParameterError('is unknown', { argument: 'reduction', value: reduction, allowed })
}

/** Checks everything and reads the samples. */
export const preparePairs = (
  loss: PairLoss,
  batch: PairBatch,
  options: PairOptions,
  kernels: Kernels,
): Step => {
  checkKnown('batch', batch, batchNames, 'part of a batch')
  checkKnown('options', options, optionNames, 'an option')
  const { reduction = 'own', gradients, budget = 0 } = options
  if (gradients !== undefined && typeof gradients !== 'boolean') {
    checkKnown('gradients', gradients, ['embeddings', 'others', 'parameters'], 'a gradient')
  }
  checkReduction(reduction)
  if (!(budget >= 0)) {
    const allowed = 'a number of bytes, at least 0'
    throw new ParameterError('is out of range', { argument: 'budget', value: budget, allowed })
  }
  const resolved = resolvePairLoss(loss)
  checkTogether(loss, batch)
  const request = gradients === true ? { embeddings: true, others: true } : gradients || undefined
  const dimension = positiveInteger('dimension', batch.dimension)
  checkFloats('embeddings', batch.embeddings)
  if (batch.others) checkFloats('others.embeddings', batch.others.embeddings)
  const own = readLabels(batch, countSamples(batch, dimension))
  const otherLabels = batch.others && readOtherLabels(batch.others, dimension)
  const parameters = readPairParameters(loss, options.parameters, request?.parameters, [
    own,
    otherLabels,
  ])
  const { unit } = resolved
  const wanted = request?.embeddings ?? false
  const all = readSide('embeddings', batch.embeddings, own, dimension, unit, wanted)
  const others =
    batch.others &&
    readSide(
      'others.embeddings',
      batch.others.embeddings,
      otherLabels as Int32Array,
      dimension,
      unit,
      request?.others ?? false,
    )
  return {
    kernels,
    loss,
    resolved,
    directions: directionsOf(loss, batch, all, others, selectRows),
    request,
    ...parameters,
  }
}

const readOtherLabels = (
  { embeddings, labels }: NonNullable<PairBatch['others']>,
  dimension: number,
): Int32Array => {
  const rows = countRows('others.embeddings', embeddings.length, dimension, 'dimension')
  return readLabelsOfOthers(labels, rows)
}
