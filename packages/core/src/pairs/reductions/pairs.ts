import { compile } from '../../expression/compile.js'
import { input } from '../../expression/node.js'
import type { ResolvedPairs } from '../resolve.js'
import type { Reduction } from '../row.js'
import { countOf, createTally, type Pass } from '../tally.js'

/** Scores are the terms; positives and negatives have a mean each, and the loss is their sum. */
export const overPairs = ({ count }: ResolvedPairs, pass: Pass): Reduction => {
  const positive = createTally(pass)
  const negative = createTally(pass)
  const program = compile([countOf(count, input('loss'), pass)], ['loss'])
  return {
    take: (row) => {
      const sides = [
        { tally: positive, name: 'positive', columns: row.positives, scores: row.plus },
        { tally: negative, name: 'negative', columns: row.negatives, scores: row.minus },
      ] as const
      sides.forEach(({ tally, name, columns, scores }, side) => {
        const lanes = side === 0 ? row.positiveCount : row.negativeCount
        const [counts] = program.run(lanes, { loss: scores }, row.uniform)
        for (let lane = 0; lane < lanes; lane++) {
          const element = { anchor: row.anchor, [name]: columns[lane] as number }
          tally.add(scores[lane] as number, counts?.[lane] as number, element)
        }
      })
    },
    finish: () => positive.mean() + negative.mean(),
    pull: ({ plusPull, positiveCount, minusPull, negativeCount }) => {
      plusPull.fill(positive.factor(), 0, positiveCount)
      minusPull.fill(negative.factor(), 0, negativeCount)
    },
  }
}
