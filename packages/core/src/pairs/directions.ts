import { LabelError, ParameterError, ShapeError } from '../errors.js'
import { inputsOf } from '../expression/substitute.js'
import type { OtherSamples, PairBatch } from './batch.js'
import type { PairLoss } from './definition.js'
import type { Direction, Members } from './direction.js'
import { readMined } from './mined.js'
import { resolvePairLoss } from './resolve.js'

/** What a batch says of who is compared with whom; its values do not matter here. */
export interface Choice extends Pick<PairBatch, 'anchors' | 'pairs' | 'triplets'> {
  readonly others?: Pick<OtherSamples, 'self'>
}

/** Refuses what does not go together. */
export const checkTogether = (loss: PairLoss, batch: Choice): void => {
  const { definition } = loss
  const { name, over, pairing = 'all', symmetric = false } = definition
  const refuse = (argument: keyof Choice, problem: string): never => {
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
  if (symmetric && batch.others) {
    for (const argument of ['pairs', 'triplets', 'anchors'] as const) {
      if (batch[argument]) refuse(argument, `${name}, which runs in both directions`)
    }
  }
  if (batch.others && inputsOf(resolvePairLoss(loss).term).has('swapped')) {
    refuse('others', `${name} with swap: the positive is compared with the negative`)
  }
}

/**
 * Who is compared with whom.
 *
 * @param select some members in a role of their own.
 * @throws ParameterError, ShapeError, LabelError naming the argument and the row.
 */
export const directionsOf = <S extends Members>(
  { definition }: PairLoss,
  batch: Choice,
  all: S,
  others: S | undefined,
  select: (from: S, rows: readonly number[]) => S,
): readonly Direction<S>[] => {
  const { pairing = 'all', symmetric = false } = definition
  if (pairing === 'firstOfClass') return [firstOfClass(all, select)]
  const anchors = batch.anchors ? select(all, readAnchors(batch.anchors, all.rows)) : all
  const self = selfOf(batch, all.rows, anchors, others)
  const compared = others ?? all
  const chosen = readMined(batch, anchors.rows, compared.rows)
  const forward: Direction<S> = {
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

const selfOf = (
  batch: Choice,
  rows: number,
  anchors: Members,
  others: Members | undefined,
): Int32Array => {
  if (!others) return anchors.source
  const given = batch.others?.self
  if (!given) return new Int32Array(anchors.rows).fill(-1)
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
const firstOfClass = <S extends Members>(
  all: S,
  select: (from: S, rows: readonly number[]) => S,
): Direction<S> => {
  const first = new Map<number, number>()
  const second = new Map<number, number>()
  all.labels.forEach((label, row) => {
    if (label < 0 || second.has(label)) return
    ;(first.has(label) ? second : first).set(label, row)
  })
  // The order of the anchors, which is that of the first samples.
  const labels = [...first.keys()].filter((label) => second.has(label))
  const anchors = select(
    all,
    labels.map((label) => first.get(label) as number),
  )
  const others = select(
    all,
    labels.map((label) => second.get(label) as number),
  )
  const self = new Int32Array(labels.length).fill(-1)
  return { anchors, others, self, pairing: 'all', share: 1 }
}
