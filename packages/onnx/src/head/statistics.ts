import { type Expression, inputsOf } from '@arcmargin/core'
import type { ResolvedLoss } from '@arcmargin/core/backend'
import type { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'
import { type ClassBlocks, putAtOthers } from './cosine.js'
import { createLanes } from './lanes.js'
import { evaluateRows, type Step } from './step.js'
import { zeros } from './zeros.js'

/** Adds to the environment the row values that the given formulas mention. */
export const addRowValues = (step: Step, formulas: readonly Expression[]): void => {
  const names = new Set(formulas.flatMap((formula) => [...inputsOf(formula)]))
  for (const [name, formula] of Object.entries(step.resolved.row)) {
    if (names.has(name)) step.environment[name] = evaluateRows(step, formula)
  }
}

/** Statistics of each row over its non-targets, in one pass. Adds them to the environment. */
export const takeNegativeStatistics = (
  step: Step,
  blocks: ClassBlocks,
  temperature: Value | undefined,
): void => {
  const { o, resolved, environment } = step
  const negatives = Object.entries(resolved.negatives)
  if (negatives.length === 0) return
  const formulas = negatives.flatMap(([, { of, counts }]) => [of, counts])
  addRowValues(step, formulas)
  const none = zeros(step)
  const { states } = blocks.pass(
    'statistics',
    formulas.map(() => none),
    [],
    (block, sums) => {
      const lanes = createLanes(step, block, block.products, temperature)
      const wide = o.mul(lanes.cosines, 0)
      return {
        states: formulas.map((formula, index) => {
          const values = o.add(lanes.evaluate(formula), wide)
          return o.add(sums[index] as Value, o.sum(putAtOthers(o, block, values, 0), 1))
        }),
        outputs: [],
      }
    },
  )
  negatives.forEach(([name, { reduce }], index) => {
    const [sum, count] = states.slice(2 * index) as [Value, Value]
    environment[name] = reduce === 'sum' ? sum : o.div(sum, o.max(count, 1))
  })
}

/** Statistics over the rows that count. Adds them to the environment; scalars. */
export const takeBatchStatistics = (step: Step, batchSize: Value): void => {
  const { environment, resolved } = step
  const statistics = Object.entries(resolved.batch).map(
    ([name, { reduce, of }]) =>
      [name, reducers[reduce](step, wide(step, evaluateRows(step, of)), batchSize)] as const,
  )
  for (const [name, value] of statistics) environment[name] = value
}

/** [N, 1] of what may be a scalar. */
const wide = (step: Step, value: Value): Value =>
  value.shape.length === 2 ? value : step.o.add(value, zeros(step))

const sumCounted = ({ o, counted }: Step, values: Value): Value =>
  o.total(o.where(counted, values, 0))

const mean = (step: Step, values: Value, batchSize: Value): Value =>
  step.o.div(sumCounted(step, values), step.o.max(batchSize, 1))

type Statistic = ResolvedLoss['batch'][string]['reduce']

const reducers: Readonly<
  Record<Statistic, (step: Step, values: Value, batchSize: Value) => Value>
> = {
  mean,
  std: (step, values, batchSize) => {
    const { o } = step
    const difference = o.sub(values, mean(step, values, batchSize))
    const squares = sumCounted(step, o.mul(difference, difference))
    // One row has no spread: 0 rather than 0/0.
    return o.unary('Sqrt', o.div(squares, o.max(o.sub(batchSize, 1), 1)))
  },
  lowerMedian: (step, values, batchSize) => {
    const { o, counted, rows } = step
    const sorted = ascending(o, o.reshape(o.where(counted, values, 3e38), [rows])).values
    const middle = o.unary('Floor', o.div(o.sub(o.max(batchSize, 1), 1), 2))
    const median = o.gather(sorted, o.cast(middle, 'int64'))
    return o.where(o.compare('gt', batchSize, 0), median, 0)
  },
}

/** The rows' values [N] in ascending order, and where they stood. */
export const ascending = (o: Ops, values: Value): { values: Value; indices: Value } =>
  o.topK(values, o.lengthOf(values, 0), values.shape[0] ?? 1, false)
