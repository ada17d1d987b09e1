import type { Expression } from '../expression/node.js'
import { inputsOf } from '../expression/substitute.js'
import type { BatchStatistic } from '../losses/definition.js'
import type { ResolvedLoss } from '../losses/resolve.js'
import type { ClassBlock } from './cosine.js'
import { evaluateRows, type RowEnvironment } from './environment.js'
import { createLanes, type LaneContext } from './lanes.js'
import type { Shard } from './shard.js'

/** Adds to the environment the row values that the given formulas mention. */
export const addRowValues = (
  formulas: readonly Expression[],
  { row }: ResolvedLoss,
  environment: RowEnvironment,
): void => {
  const names = new Set(formulas.flatMap((formula) => [...inputsOf(formula)]))
  const wanted = Object.keys(row).filter((name) => names.has(name))
  const values = evaluateRows(
    wanted.map((name) => row[name] as Expression),
    environment,
  )
  wanted.forEach((name, index) => {
    environment.varying[name] = values[index] as Float64Array
  })
}

/**
 * Statistics of the step, before its logits and without gradient: first each row over its negatives, then the rows of the
 * batch. Adds them to the environment; returns the batch's and how many rows count.
 */
export const takeStatistics = (
  loss: ResolvedLoss,
  context: LaneContext,
  blocks: () => Iterable<ClassBlock>,
  columns: Int32Array,
  shard: Shard | undefined,
): Readonly<Record<string, number>> => {
  const { environment } = context
  const negatives = Object.entries(loss.negatives)
  if (negatives.length > 0) {
    const formulas = negatives.flatMap(([, { of, counts }]) => [of, counts])
    addRowValues(formulas, loss, environment)
    const lanes = createLanes(formulas, context)
    const sums = formulas.map(() => new Float64Array(environment.rows))
    for (const block of blocks()) {
      lanes.enter(block)
      columns.forEach((column, row) => {
        if (column < 0) return
        lanes.evaluate(block, row).forEach((values, index) => {
          const sum = sums[index] as Float64Array
          for (let lane = 0; lane < block.count; lane++) {
            if (block.start + lane !== column)
              sum[row] = (sum[row] as number) + (values[lane] as number)
          }
        })
      })
    }
    if (shard) for (const sum of sums) shard.sum(sum)
    negatives.forEach(([name, { reduce }], index) => {
      const [sum, counted] = sums.slice(2 * index) as [Float64Array, Float64Array]
      environment.varying[name] =
        reduce === 'sum'
          ? sum
          : sum.map((value, row) => value / Math.max(counted[row] as number, 1))
    })
  }
  const batch = Object.entries(loss.batch)
  const rows = [...columns.keys()].filter((row) => (columns[row] as number) >= 0)
  const values = evaluateRows(
    batch.map(([, { of }]) => of),
    environment,
  )
  const statistics = Object.fromEntries(
    batch.map(([name, { reduce }], index) => [
      name,
      rows.length === 0 ? 0 : reducers[reduce](rows.map((row) => values[index]?.[row] as number)),
    ]),
  )
  Object.assign(environment.uniform, statistics)
  return { ...statistics, batchSize: rows.length }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const reducers: Record<BatchStatistic['reduce'], (values: number[]) => number> = {
  mean,
  std: (values) => {
    const center = mean(values)
    const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0)
    // One row has no spread: 0 rather than 0/0.
    return Math.sqrt(squares / Math.max(values.length - 1, 1))
  },
  lowerMedian: (values) => values.sort((a, b) => a - b)[(values.length - 1) >> 1] as number,
}
