import { compile } from '../../expression/compile.js'
import { derivative } from '../../expression/derivative.js'
import { type ResolvedPairs, termInputs } from '../resolve.js'
import type { Reduction, Row } from '../row.js'
import { logSumExp, sumOf } from '../sum-exp.js'
import { countOf, createTally, type Pass } from '../tally.js'

/** What a term sees of the pairs that it gathers. */
interface Gathered {
  readonly positives: number
  readonly negatives: number
  readonly positiveSum: number
  readonly negativeSum: number
  readonly positiveCount: number
  readonly negativeCount: number
}

const nothing: Gathered = {
  positives: -Infinity,
  negatives: -Infinity,
  positiveSum: 0,
  negativeSum: 0,
  positiveCount: 0,
  negativeCount: 0,
}

const gather = ({ plus, positiveCount, minus, negativeCount }: Row): Gathered => ({
  positives: logSumExp(plus, positiveCount),
  negatives: logSumExp(minus, negativeCount),
  positiveSum: sumOf(plus, positiveCount),
  negativeSum: sumOf(minus, negativeCount),
  positiveCount,
  negativeCount,
})

/** log(e^a + e^b). */
const join = (a: number, b: number): number => logSumExp(Float64Array.of(a, b), 2)

/** A term of gathered scores, with its slopes. */
const createTerm = ({ term, count }: ResolvedPairs, pass: Pass) => {
  const { names } = pass
  const value = compile([term, countOf(count, term, pass)], [])
  const slopes = compile(
    [...termInputs.anchors, ...names].map((name) => derivative(term, name)),
    [],
  )
  return {
    value: (uniform: Row['uniform'], gathered: Gathered): readonly [number, number] => {
      const [loss, counted] = value.run(1, {}, { ...uniform, ...gathered })
      return [loss?.[0] as number, counted?.[0] as number]
    },
    /** Spreads d loss/d term over the row's pairs, each by its share in what was gathered. */
    pull: (row: Row, gathered: Gathered, factor: number): void => {
      const found = slopes.run(1, {}, { ...row.uniform, ...gathered })
      const at = (index: number): number => factor * (found[index]?.[0] as number)
      const share = (slope: number, score: number, total: number): number =>
        slope === 0 ? 0 : slope * Math.exp(score - total)
      for (let lane = 0; lane < row.positiveCount; lane++) {
        row.plusPull[lane] = share(at(0), row.plus[lane] as number, gathered.positives) + at(2)
      }
      for (let lane = 0; lane < row.negativeCount; lane++) {
        row.minusPull[lane] = share(at(1), row.minus[lane] as number, gathered.negatives) + at(3)
      }
    },
    parameters: (uniform: Row['uniform'], gathered: Gathered, factor: number): [string, number][] =>
      names.map((name, index) => {
        const found = slopes.run(1, {}, { ...uniform, ...gathered })
        return [name, factor * (found[termInputs.anchors.length + index]?.[0] as number)]
      }),
  }
}

/** A term for each anchor, of all its pairs. */
export const overAnchors = (resolved: ResolvedPairs, pass: Pass): Reduction => {
  const tally = createTally(pass)
  const term = createTerm(resolved, pass)
  return {
    take: (row) => {
      const [loss, count] = term.value(row.uniform, gather(row))
      tally.add(loss, count, { anchor: row.anchor })
    },
    finish: tally.mean,
    pull: (row) => {
      const gathered = gather(row)
      term.pull(row, gathered, tally.factor())
      for (const [name, slope] of term.parameters(row.uniform, gathered, tally.factor())) {
        row.pullParameter(name, slope)
      }
    },
  }
}

/** One term, of all pairs of the batch. */
export const overBatch = (resolved: ResolvedPairs, pass: Pass): Reduction => {
  const tally = createTally(pass)
  const term = createTerm(resolved, pass)
  let all = nothing
  let uniform: Row['uniform'] = {}
  let parametersPulled = false
  return {
    take: (row) => {
      const own = gather(row)
      uniform = row.uniform
      all = {
        positives: join(all.positives, own.positives),
        negatives: join(all.negatives, own.negatives),
        positiveSum: all.positiveSum + own.positiveSum,
        negativeSum: all.negativeSum + own.negativeSum,
        positiveCount: all.positiveCount + own.positiveCount,
        negativeCount: all.negativeCount + own.negativeCount,
      }
    },
    finish: () => {
      if (all.positiveCount + all.negativeCount === 0) return 0
      const [loss, count] = term.value(uniform, all)
      tally.add(loss, count, {})
      return tally.mean()
    },
    pull: (row) => {
      term.pull(row, all, tally.factor())
      if (parametersPulled) return
      parametersPulled = true
      for (const [name, slope] of term.parameters(uniform, all, tally.factor())) {
        row.pullParameter(name, slope)
      }
    },
  }
}
