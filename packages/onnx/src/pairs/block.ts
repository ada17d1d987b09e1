import type { Score } from '@arcmargin/core/pairs/engine'
import type { Dim, Value } from '../graph/value.js'
import type { PairInputs } from './inputs.js'
import { type ChosenTriplets, evaluator, type Lanes } from './lanes.js'
import { type Measured, measurePairs, type Vectors } from './measure.js'
import { addAt, beside, columnNumbers, indexAt, indexColumn, rowsOf, toNumber } from './nodes.js'

/** The columns that all anchors are compared with. */
export interface Columns extends Vectors {
  /** [1, M] int32. */
  readonly labels: Value
  /** [1, M] how many samples of the class come before; where a loss picks the first two of each. */
  readonly ranks: Value | undefined
}

/** Some anchors, as they come in a block. */
export interface Anchors extends Vectors {
  /** [B, 1] int32 each. */
  readonly labels: Value
  readonly self: Value
  readonly ranks: Value | undefined
  /** Number of the first anchor. */
  readonly first: Value
}

/** A block with what its scores were made of. */
export interface Block {
  readonly lanes: Lanes
  readonly measured: Measured
  /** The pairs of the positives of places [T, 2] (anchor, positive) with all columns, and values of formulas over them. */
  across(places: Value): {
    /** The columns of `places`, [T]. */
    readonly rows: { readonly anchor: Value; readonly positive: Value }
    readonly from: Vectors
    readonly measured: Measured
    readonly evaluate: Lanes['evaluate']
  }
}

/** Values of a block of anchors against all columns. */
export const blockOf = (inputs: PairInputs, anchors: Anchors, columns: Columns): Block => {
  const { o, resolved, exact, parameters, perClass } = inputs
  const measuring = { exact, unit: resolved.unit }
  const known = o.max(anchors.labels, 0)
  const ofAnchor = Object.fromEntries(
    perClass.map((name) => {
      const rows = o.reshape(known, [known.shape[0] as Dim])
      return [name, o.gather(parameters[name] as Value, rows)]
    }),
  )
  const values = { ...parameters, ...ofAnchor }
  const score = (
    { value }: Score,
    { inputs: seen }: Measured,
    evaluate: Lanes['evaluate'],
  ): Value => {
    const like = Object.values(seen)[0] as Value
    // Where broadcasts a formula that is the same for all.
    const all = o.compare('ge', o.unary('Abs', like), 0)
    return o.where(all, evaluate(value, seen), 0)
  }
  const evaluate = evaluator(o, inputs.bind, values)
  const measured = measurePairs(o, measuring, anchors, columns)
  const { positive, negative = positive } = resolved
  const masks = masksOf(inputs, anchors, columns)
  const positiveCount = o.sum(masks.positives, 1)
  const negativeCount = o.sum(masks.negatives, 1)
  const across = (places: Value) => {
    const rows = { anchor: indexAt(o, places, 0), positive: indexAt(o, places, 1) }
    const from = {
      vectors: o.gather(columns.vectors, rows.positive),
      norms: o.gather(columns.norms, rows.positive),
    }
    return {
      rows,
      from,
      measured: measurePairs(o, measuring, from, columns),
      evaluate: evaluator(o, inputs.bind, { ...parameters, ...rowsOf(o, ofAnchor, rows.anchor) }),
    }
  }
  return {
    measured,
    across,
    lanes: {
      o,
      evaluate: evaluator(o, inputs.bind, { ...values, positiveCount, negativeCount }),
      ...masks,
      plus: score(positive, measured, evaluate),
      minus: score(negative, measured, evaluate),
      positiveCount,
      negativeCount,
      perClass: ofAnchor,
      swapped: (places) => {
        const pairs = across(places)
        return score(negative, pairs.measured, pairs.evaluate)
      },
    },
  }
}

type Masks = Pick<Lanes, 'positives' | 'negatives' | 'real' | 'triplets'>

/** Who is compared with whom, how often. */
const masksOf = (inputs: PairInputs, anchors: Anchors, columns: Columns): Masks => {
  const { o, loss, resolved, lists } = inputs
  const { pairing = 'all' } = loss.definition
  const { labels, self, ranks } = anchors
  const known = o.and(o.compare('ge', labels, 0), o.compare('ge', columns.labels, 0))
  const numbers = columnNumbers(o, columns.vectors)
  const after = pairing === 'unordered' ? o.compare('gt', numbers, self) : undefined
  const apart = o.equal(o.cast(o.equal(numbers, self), 'int32'), 0)
  let both = o.and(known, after ?? apart)
  if (ranks && columns.ranks) {
    both = o.and(o.and(known, o.equal(ranks, 0)), o.equal(columns.ranks, 1))
  }
  const same = o.equal(labels, columns.labels)
  const equal = toNumber(o, o.and(both, same))
  const different = o.sub(toNumber(o, both), equal)
  const real = toNumber(o, o.compare('ge', labels, 0))
  const { positives, negatives, triplets } = lists
  const nothing = o.mul(equal, 0)
  if (positives && negatives) {
    const counted = (list: Value): Value => o.mul(countList(inputs, anchors, nothing, list), real)
    return {
      positives: counted(positives),
      negatives: resolved.negative ? counted(negatives) : nothing,
      real,
      triplets: undefined,
    }
  }
  // The first sample of a class is an anchor if there is a second one.
  const chosen = ranks ? o.mul(real, toNumber(o, o.compare('gt', o.sum(equal, 1), 0))) : real
  return {
    positives: equal,
    negatives: resolved.negative ? o.mul(different, chosen) : nothing,
    real: chosen,
    triplets: triplets && chosenOf(inputs, anchors, real, triplets),
  }
}

/** Rows of a list as places in the block; those of other blocks are at row 0 and do not count. */
const placesIn = (
  { o }: PairInputs,
  { first, labels }: Anchors,
  list: Value,
): { readonly row: Value; readonly counts: Value; readonly column: (at: number) => Value } => {
  const size = labels.shape[0] as number
  const local = o.sub(indexColumn(o, list, 0), first)
  const inside = o.and(o.compare('ge', local, 0), o.compare('lt', local, size))
  return {
    row: o.cast(o.where(inside, local, 0), 'int64'),
    counts: toNumber(o, inside),
    column: (at) => o.cast(indexColumn(o, list, at), 'int64'),
  }
}

const countList = (inputs: PairInputs, anchors: Anchors, nothing: Value, list: Value): Value => {
  const { o } = inputs
  const { row, counts, column } = placesIn(inputs, anchors, list)
  return addAt(o, nothing, beside(o, [row, column(1)]), counts)
}

const chosenOf = (
  inputs: PairInputs,
  anchors: Anchors,
  real: Value,
  list: Value,
): ChosenTriplets => {
  const { o } = inputs
  const { row, counts, column } = placesIn(inputs, anchors, list)
  const own = o.gather(real, o.reshape(row, [row.shape[0] as Dim]))
  return {
    positive: beside(o, [row, column(1)]),
    negative: beside(o, [row, column(2)]),
    counts: o.mul(counts, own),
  }
}
