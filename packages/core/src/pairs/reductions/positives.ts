import { compile } from '../../expression/compile.js'
import { derivative } from '../../expression/derivative.js'
import type { ResolvedPairs } from '../resolve.js'
import type { Reduction, Row } from '../row.js'
import { logSumExp, sumOf } from '../sum-exp.js'
import { countOf, createTally, type Pass } from '../tally.js'

/** A term for each positive pair against all of its anchor's negatives. */
export const overPositives = ({ term, count }: ResolvedPairs, pass: Pass): Reduction => {
  const { names } = pass
  const tally = createTally(pass)
  const by = (name: string) => derivative(term, name)
  const values = compile([term, countOf(count, term, pass)], ['positive'])
  const slopes = compile([by('positive'), by('negatives'), ...names.map(by)], ['positive'])
  const uniformOf = (row: Row, negatives: number) => ({
    ...row.uniform,
    negatives,
    positiveCount: row.positiveCount,
    negativeCount: row.negativeCount,
  })
  return {
    take: (row) => {
      const uniform = uniformOf(row, logSumExp(row.minus, row.negativeCount))
      const [losses, counts] = values.run(row.positiveCount, { positive: row.plus }, uniform)
      for (let lane = 0; lane < row.positiveCount; lane++) {
        const element = { anchor: row.anchor, positive: row.positives[lane] as number }
        tally.add(losses?.[lane] as number, counts?.[lane] as number, element)
      }
    },
    finish: tally.mean,
    pull: (row) => {
      const total = logSumExp(row.minus, row.negativeCount)
      const found = slopes.run(row.positiveCount, { positive: row.plus }, uniformOf(row, total))
      const factor = tally.factor()
      for (let lane = 0; lane < row.positiveCount; lane++) {
        row.plusPull[lane] = factor * (found[0]?.[lane] as number)
      }
      const byNegatives = factor * sumOf(found[1] as Float64Array, row.positiveCount)
      for (let lane = 0; lane < row.negativeCount; lane++) {
        row.minusPull[lane] = byNegatives * Math.exp((row.minus[lane] as number) - total)
      }
      names.forEach((name, index) => {
        const sum = sumOf(found[2 + index] as Float64Array, row.positiveCount)
        row.pullParameter(name, factor * sum)
      })
    },
  }
}
