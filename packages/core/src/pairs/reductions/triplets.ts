import { compile } from '../../expression/compile.js'
import { derivative } from '../../expression/derivative.js'
import { number } from '../../expression/node.js'
import { inputsOf } from '../../expression/substitute.js'
import type { ResolvedPairs } from '../resolve.js'
import type { Reduction, Row } from '../row.js'
import { countOf, createTally, type Pass } from '../tally.js'

/** The lanes of one positive: every negative of its anchor, or the one that the triplet names. */
interface Lanes {
  readonly positive: number
  readonly first: number
  readonly count: number
  readonly negative: Float64Array
  readonly swapped: Float64Array
}

const reduceLanes = (
  values: Float64Array,
  count: number,
  pick: (a: number, b: number) => number,
  start: number,
): number => {
  let best = start
  for (let lane = 0; lane < count; lane++) best = pick(best, values[lane] as number)
  return best
}

/** A term for each triplet that is kept. Triplets are met one positive at a time and never listed. */
export const overTriplets = ({ term, keep, count }: ResolvedPairs, pass: Pass): Reduction => {
  const { names } = pass
  const tally = createTally(pass)
  const varying = ['negative', 'swapped']
  const swaps = inputsOf(term).has('swapped')
  const by = (name: string) => derivative(term, name)
  const kept = keep ?? number(1)
  const values = compile([kept, term, countOf(count, term, pass)], varying)
  const slopes = compile([kept, ...['positive', 'negative', 'swapped', ...names].map(by)], varying)

  const each = (row: Row, visit: (lanes: Lanes, uniform: Row['uniform']) => void): void => {
    const { aligned, plus, minus, positiveCount, negativeCount } = row
    const base = {
      ...row.uniform,
      positiveCount,
      negativeCount,
      hardestPositive: reduceLanes(plus, positiveCount, Math.max, -Infinity),
      hardestNegative: reduceLanes(minus, negativeCount, Math.min, Infinity),
    }
    for (let positive = 0; positive < positiveCount; positive++) {
      const all = swaps ? row.swapped(positive) : minus
      const lanes = aligned
        ? {
            ...{ positive, first: positive, count: 1 },
            negative: minus.subarray(positive, positive + 1),
            swapped: all.subarray(positive, positive + 1),
          }
        : { positive, first: 0, count: negativeCount, negative: minus, swapped: all }
      visit(lanes, { ...base, positive: plus[positive] as number })
    }
  }

  return {
    take: (row) => {
      each(row, ({ positive, first, count: lanes, negative, swapped }, uniform) => {
        const [keeps, losses, counts] = values.run(lanes, { negative, swapped }, uniform)
        for (let lane = 0; lane < lanes; lane++) {
          if (!((keeps?.[lane] as number) > 0)) continue
          tally.add(losses?.[lane] as number, counts?.[lane] as number, {
            anchor: row.anchor,
            positive: row.positives[positive] as number,
            negative: row.negatives[first + lane] as number,
          })
        }
      })
    },
    finish: tally.mean,
    pull: (row) => {
      const factor = tally.factor()
      const { plusPull, minusPull } = row
      const swappedPull = new Float64Array(swaps ? row.negativeCount : 0)
      each(row, ({ positive, first, count: lanes, negative, swapped }, uniform) => {
        const found = slopes.run(lanes, { negative, swapped }, uniform)
        const at = (index: number, lane: number): number => found[index]?.[lane] as number
        swappedPull.fill(0)
        for (let lane = 0; lane < lanes; lane++) {
          if (!(at(0, lane) > 0)) continue
          const column = first + lane
          plusPull[positive] = (plusPull[positive] as number) + factor * at(1, lane)
          minusPull[column] = (minusPull[column] as number) + factor * at(2, lane)
          if (swaps) swappedPull[column] = factor * at(3, lane)
          names.forEach((name, index) => {
            row.pullParameter(name, factor * at(4 + index, lane))
          })
        }
        if (swaps) row.pullSwapped(positive, swappedPull)
      })
    },
  }
}
