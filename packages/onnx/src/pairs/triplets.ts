import { number } from '@arcmargin/core'
import type { Environment } from '../emit/emit.js'
import type { Value } from '../graph/value.js'
import { type Context, type Lanes, meanOf, mentions, type Reduction } from './lanes.js'
import { addAt, elementsAt, indexAt, lowest, placesOf, rowsOf, total, weigh } from './nodes.js'

/** Triplets of a block: T positive pairs with all columns, or T triplets that were chosen. */
interface Seen {
  /** [T, 2] (anchor, positive). */
  readonly places: Value
  /** [T, M] or [T, 1] how often each triplet counts before `keep`. */
  readonly weights: Value
  readonly inputs: Environment
}

/** A term for each triplet that is kept. Those of a block's positive pairs exist at a time, [pairs, M]. */
export const overTriplets = (context: Context): Reduction => {
  const { o, resolved, count, by, names } = context
  const swaps = mentions(resolved.term, ['swapped'])
  const keep = resolved.keep ?? number(1)

  const see = (lanes: Lanes): Seen => {
    const { plus, minus, positives, negatives, triplets: chosen } = lanes
    if (chosen) {
      const anchor = indexAt(o, chosen.positive, 0)
      return {
        places: chosen.positive,
        weights: chosen.counts,
        inputs: {
          ...rowsOf(o, lanes.perClass, anchor),
          positive: elementsAt(o, plus, chosen.positive),
          negative: elementsAt(o, minus, chosen.negative),
        },
      }
    }
    const places = placesOf(o, positives, 'positivePairs')
    const anchor = indexAt(o, places, 0)
    const extreme = (weights: Value, scores: Value): Value =>
      o.reduce('ReduceMax', o.where(o.compare('gt', weights, 0), scores, lowest), 1)
    const of = (column: Value): Value => o.gather(column, anchor)
    const { positiveCount, negativeCount } = lanes
    return {
      places,
      weights: o.mul(elementsAt(o, positives, places), of(negatives)),
      inputs: {
        ...rowsOf(o, lanes.perClass, anchor),
        positive: elementsAt(o, plus, places),
        negative: of(minus),
        positiveCount: of(positiveCount),
        negativeCount: of(negativeCount),
        hardestPositive: of(extreme(positives, plus)),
        hardestNegative: of(o.unary('Neg', extreme(negatives, o.unary('Neg', minus)))),
        ...(swaps ? { swapped: lanes.swapped(places) } : {}),
      },
    }
  }
  const keptOf = (lanes: Lanes, { weights, inputs }: Seen): Value =>
    o.where(o.compare('gt', lanes.evaluate(keep, inputs), 0), weights, 0)

  return {
    ...meanOf(context),
    take: (lanes, before) => {
      const seen = see(lanes)
      const kept = keptOf(lanes, seen)
      return [resolved.term, count].map((formula, index) =>
        o.add(before[index] as Value, total(o, kept, lanes.evaluate(formula, seen.inputs))),
      )
    },
    pull: (lanes, [each]) => {
      const seen = see(lanes)
      const { places, inputs } = seen
      const kept = o.mul(keptOf(lanes, seen), each as Value)
      const slope = (name: string): Value => weigh(o, kept, lanes.evaluate(by(name), inputs))
      const anchor = indexAt(o, places, 0)
      const nothing = o.filledLike(lanes.plus, 0)
      const column = o.filledLike(lanes.real, 0)
      const byNegative = slope('negative')
      return {
        plus: addAt(o, nothing, places, o.sum(slope('positive'), 1)),
        minus: lanes.triplets
          ? addAt(o, nothing, lanes.triplets.negative, byNegative)
          : o.addRows(nothing, anchor, byNegative),
        ...(swaps ? { swapped: { places, pull: slope('swapped') } } : {}),
        parameters: names.map((name) => o.addRows(column, anchor, o.sum(slope(name), 1))),
      }
    },
  }
}
