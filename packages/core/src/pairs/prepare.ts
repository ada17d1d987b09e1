import { LabelError, ParameterError, ShapeError } from '../errors.js'
import { inputsOf } from '../expression/substitute.js'
import { checkFloats, checkKnown } from '../head/check.js'
import { countRows, positiveInteger } from '../head/layout.js'
import type { PairBatch, PairGradientRequest, PairOptions } from './batch.js'
import type { PairLoss } from './definition.js'
import type { Direction } from './direction.js'
import { readLabels, readRows } from './labels.js'
import { readMined } from './mined.js'
import { type PairParameters, readPairParameters } from './parameters.js'
import { type ResolvedPairs, resolvePairLoss } from './resolve.js'
import { readSide, type Side, selectRows } from './side.js'

/** One step after every check. */
export interface Step extends PairParameters {
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
const reductions = ['own', 'mean', 'meanNonZero', 'sum']

/** Checks everything and reads the samples. */
export const preparePairs = (loss: PairLoss, batch: PairBatch, options: PairOptions): Step => {
  checkKnown(batch, batchNames, 'part of a batch')
  checkKnown(options, optionNames, 'an option')
  const { reduction = 'own', gradients, budget = 0 } = options
  if (typeof gradients === 'object') {
    checkKnown(gradients, ['embeddings', 'others', 'parameters'], 'a gradient')
  }
  if (!reductions.includes(reduction)) {
    const allowed = reductions.join(', ')
    throw new ParameterError('is unknown', { argument: 'reduction', value: reduction, allowed })
  }
  if (!(budget >= 0)) {
    const allowed = 'a number of bytes, at least 0'
    throw new ParameterError('is out of range', { argument: 'budget', value: budget, allowed })
  }
  const resolved = resolvePairLoss(loss)
  checkTogether(loss, resolved, batch)
  const request = gradients === true ? { embeddings: true, others: true } : gradients || undefined
  const dimension = positiveInteger('dimension', batch.dimension)
  checkFloats('embeddings', batch.embeddings)
  if (batch.others) checkFloats('others.embeddings', batch.others.embeddings)
  const own = readLabels(batch, dimension)
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
    loss,
    resolved,
    directions: directionsOf(loss, batch, all, others),
    request,
    ...parameters,
  }
}

const readOtherLabels = (
  { embeddings, labels }: NonNullable<PairBatch['others']>,
  dimension: number,
): Int32Array => {
  const rows = countRows('others.embeddings', embeddings.length, dimension, 'dimension')
  return labels
    ? readRows('others.labels', labels, rows)
    : Int32Array.from({ length: rows }, (_, row) => row)
}

/** Refuses what does not go together. */
const checkTogether = (
  { definition }: PairLoss,
  { term }: ResolvedPairs,
  batch: PairBatch,
): void => {
  const { name, over, pairing = 'all', symmetric = false } = definition
  const refuse = (argument: keyof PairBatch, problem: string): never => {
    throw new ParameterError(`does not go with ${problem}`, { argument })
  }
  const triplets = over === 'triplets'
  if (batch.triplets && !triplets) refuse('triplets', `${name}, which is no loss over triplets`)
  if (batch.pairs && triplets) refuse('pairs', `${name}, which is a loss over triplets`)
  if (batch.pairs && batch.anchors) refuse('anchors', 'pairs, which name their anchors')
  if (batch.triplets && batch.anchors) refuse('anchors', 'triplets, which name their anchors')
  if (pairing === 'firstOfClass') {
    for (const argument of ['others', 'anchors', 'pairs', 'triplets'] as const) {
      if (batch[argument]) refuse(argument, `${name}, which picks its own pairs`)
    }
  }
  if (symmetric && batch.others && (batch.pairs || batch.anchors)) {
    refuse(batch.pairs ? 'pairs' : 'anchors', `${name}, which runs in both directions`)
  }
  if (batch.others && inputsOf(term).has('swapped')) {
    refuse('others', `${name} with swap: the positive is compared with the negative`)
  }
}

const directionsOf = (
  { definition }: PairLoss,
  batch: PairBatch,
  all: Side,
  others: Side | undefined,
): readonly Direction[] => {
  const { pairing = 'all', symmetric = false } = definition
  if (pairing === 'firstOfClass') return [firstOfClass(all)]
  const anchors = batch.anchors ? selectRows(all, readAnchors(batch.anchors, all.rows)) : all
  const self = selfOf(batch, anchors, others)
  const compared = others ?? all
  const chosen = readMined(batch, anchors.rows, compared.rows)
  const forward: Direction = {
    ...{ anchors, others: compared, self, pairing, share: 1 },
    ...(chosen ? { chosen } : {}),
  }
  if (!symmetric || !others) return [forward]
  const back = new Int32Array(others.rows).fill(-1)
  self.forEach((column, row) => {
    if (column >= 0) back[column] = row
  })
  const backward = { anchors: others, others: anchors, self: back, pairing, share: 0.5 }
  return [{ ...forward, share: 0.5 }, backward]
}

const readAnchors = (rows: ArrayLike<number>, count: number): number[] => {
  const seen = new Set<number>()
  return Array.from(rows, (value, row) => {
    if (Number.isInteger(value) && value >= 0 && value < count && !seen.has(value)) {
      seen.add(value)
      return value
    }
    const allowed = `each row 0 to ${count - 1} at most once`
    throw new ParameterError('is not a new row', { argument: 'anchors', row, value, allowed })
  })
}

const selfOf = (batch: PairBatch, anchors: Side, others: Side | undefined): Int32Array => {
  if (!others) return anchors.source
  const given = batch.others?.self
  if (!given) return new Int32Array(anchors.rows).fill(-1)
  const rows = batch.embeddings.length / batch.dimension
  if (given.length !== rows) {
    const allowed = `${rows}, one for each row`
    throw new ShapeError(`has ${given.length} values`, { argument: 'others.self', allowed })
  }
  return anchors.source.map((source) => {
    const value = given[source] as number
    if (Number.isInteger(value) && value >= -1 && value < others.rows) return value
    const allowed = `-1 to ${others.rows - 1}`
    const details = { argument: 'others.self', row: source, value, allowed }
    throw new LabelError('is not a row of others', details)
  })
}

/** The first two samples of each class that has two: the first is an anchor, the second the only positive and others' negative. */
const firstOfClass = (all: Side): Direction => {
  const first = new Map<number, number>()
  const second = new Map<number, number>()
  all.labels.forEach((label, row) => {
    if (label < 0 || second.has(label)) return
    ;(first.has(label) ? second : first).set(label, row)
  })
  // The order of the anchors, which is that of the first samples.
  const labels = [...first.keys()].filter((label) => second.has(label))
  const anchors = selectRows(
    all,
    labels.map((label) => first.get(label) as number),
  )
  const others = selectRows(
    all,
    labels.map((label) => second.get(label) as number),
  )
  const self = new Int32Array(labels.length).fill(-1)
  return { anchors, others, self, pairing: 'all', share: 1 }
}
