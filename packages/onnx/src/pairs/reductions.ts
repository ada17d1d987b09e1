import type { TermScope } from '@arcmargin/core/pairs'
import type { Value } from '../graph/value.js'
import { type Context, type Lanes, meanOf, type Pulls, type Reduction } from './lanes.js'
import { joinLogs, logSum, lowest, total, weigh } from './nodes.js'
import { overTriplets } from './triplets.js'

/** Scores are the terms; positives and negatives have a mean each. */
const overPairs = ({ o, count, factor }: Context): Reduction => ({
  start: [0, 0, 0, 0],
  take: (lanes, before) => {
    const sums = ([weights, scores]: readonly [Value, Value]): Value[] => [
      total(o, weights, scores),
      total(o, weights, lanes.evaluate(count, { loss: scores })),
    ]
    const sides = [
      [lanes.positives, lanes.plus],
      [lanes.negatives, lanes.minus],
    ] as const
    return sides.flatMap(sums).map((sum, index) => o.add(before[index] as Value, sum))
  },
  finish: (gathered) => {
    const [plus, plusCount, minus, minusCount] = gathered as [Value, Value, Value, Value]
    const [own, other] = [factor(plusCount), factor(minusCount)]
    return { value: o.add(o.mul(plus, own), o.mul(minus, other)), memory: [own, other] }
  },
  pull: ({ positives, negatives }, [own, other]) => ({
    plus: o.mul(positives, own as Value),
    minus: o.mul(negatives, other as Value),
    // Scores alone depend on parameters.
    parameters: [],
  }),
})

/** A term for each positive pair against all of its anchor's negatives. */
const overPositives = (context: Context): Reduction => {
  const { o, resolved, count, by, names } = context
  const see = (lanes: Lanes) => {
    const negatives = logSum(o, lanes.negatives, lanes.minus, 1)
    return { negatives, inputs: { positive: lanes.plus, negatives } }
  }
  return {
    ...meanOf(context),
    take: (lanes, before) => {
      const { inputs } = see(lanes)
      return [resolved.term, count].map((formula, index) => {
        const sum = total(o, lanes.positives, lanes.evaluate(formula, inputs))
        return o.add(before[index] as Value, sum)
      })
    },
    pull: (lanes, [factor]) => {
      const { negatives, inputs } = see(lanes)
      const weights = o.mul(lanes.positives, factor as Value)
      const slope = (name: string): Value => weigh(o, weights, lanes.evaluate(by(name), inputs))
      const shares = o.unary('Exp', o.min(o.sub(lanes.minus, negatives), 0))
      return {
        plus: slope('positive'),
        minus: weigh(o, lanes.negatives, o.mul(o.sum(slope('negatives'), 1), shares)),
        parameters: names.map((name) => o.sum(slope(name), 1)),
      }
    },
  }
}

const gathered = [
  'positives',
  'negatives',
  'positiveSum',
  'negativeSum',
  'positiveCount',
  'negativeCount',
] as const

type Gathered = Readonly<Record<(typeof gathered)[number], Value>>

/** What a term sees of the pairs of each anchor: [B, 1]. */
const gather = ({ o, ...lanes }: Lanes): Gathered => ({
  positives: logSum(o, lanes.positives, lanes.plus, 1),
  negatives: logSum(o, lanes.negatives, lanes.minus, 1),
  positiveSum: o.sum(weigh(o, lanes.positives, lanes.plus), 1),
  negativeSum: o.sum(weigh(o, lanes.negatives, lanes.minus), 1),
  positiveCount: lanes.positiveCount,
  negativeCount: lanes.negativeCount,
})

/** Spreads d loss/d term over the pairs, each by its share in what was gathered. */
const spreadPulls = (
  { o, by, names }: Context,
  lanes: Lanes,
  all: Gathered,
  factor: Value,
): Pulls => {
  const slope = (name: string): Value => o.mul(lanes.evaluate(by(name), { ...all }), factor)
  const side = (weights: Value, scores: Value, whole: Value, name: string, sum: string): Value => {
    const shares = o.unary('Exp', o.min(o.sub(scores, whole), 0))
    return weigh(o, weights, o.add(o.mul(shares, slope(name)), slope(sum)))
  }
  return {
    plus: side(lanes.positives, lanes.plus, all.positives, 'positives', 'positiveSum'),
    minus: side(lanes.negatives, lanes.minus, all.negatives, 'negatives', 'negativeSum'),
    parameters: names.map((name) => weigh(o, lanes.real, slope(name))),
  }
}

/** A term for each anchor, of all its pairs. */
const overAnchors = (context: Context): Reduction => {
  const { o, resolved, count } = context
  return {
    ...meanOf(context),
    take: (lanes, before) => {
      const inputs = { ...gather(lanes) }
      return [resolved.term, count].map((formula, index) =>
        o.add(before[index] as Value, total(o, lanes.real, lanes.evaluate(formula, inputs))),
      )
    },
    pull: (lanes, [factor]) => spreadPulls(context, lanes, gather(lanes), factor as Value),
  }
}

/** One term, of all pairs of the batch. */
const overBatch = (context: Context): Reduction => {
  const { o, resolved, count, factor } = context
  const named = (values: readonly Value[]): Gathered =>
    Object.fromEntries(gathered.map((name, index) => [name, values[index]])) as Gathered
  return {
    start: [lowest, lowest, 0, 0, 0, 0, 0],
    take: (lanes, before) => {
      const all = gather(lanes)
      const [positives, negatives, ...sums] = before as [Value, Value, ...Value[]]
      const whole = (column: Value): Value => o.reshape(logSum(o, lanes.real, column, 0), [])
      return [
        joinLogs(o, positives, whole(all.positives)),
        joinLogs(o, negatives, whole(all.negatives)),
        ...sums.slice(0, 4).map((sum, index) => {
          const name = gathered[index + 2] as (typeof gathered)[number]
          return o.add(sum, o.total(all[name]))
        }),
        o.add(sums[4] as Value, o.total(lanes.real)),
      ]
    },
    finish: (values, evaluate) => {
      const all = named(values)
      const some = o.compare('gt', o.add(all.positiveCount, all.negativeCount), 0)
      const each = factor(o.where(some, evaluate(count, { ...all }), 0))
      const value = o.where(some, o.mul(evaluate(resolved.term, { ...all }), each), 0)
      return { value, memory: [...values, each] }
    },
    pull: (lanes, memory) => {
      const [anchors, each] = memory.slice(-2) as [Value, Value]
      const pulls = spreadPulls(context, lanes, named(memory), each)
      // The one term is met once with every anchor.
      const some = o.max(anchors, 1)
      return { ...pulls, parameters: pulls.parameters.map((value) => o.div(value, some)) }
    },
  }
}

/** Makes the reduction of a scope. */
export const reductions: Readonly<Record<TermScope, (context: Context) => Reduction>> = {
  pairs: overPairs,
  positives: overPositives,
  anchors: overAnchors,
  batch: overBatch,
  triplets: overTriplets,
}
