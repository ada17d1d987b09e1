import { finite } from '../emit/accurate.js'
import { emit } from '../emit/emit.js'
import type { Value } from '../graph/value.js'
import type { ClassBlocks } from './cosine.js'
import {
  addRowValues,
  ascending,
  takeBatchStatistics,
  takeNegativeStatistics,
} from './statistics.js'
import { evaluateRows, type Step } from './step.js'
import { column } from './zeros.js'

/** What the prelude is given beside the step. */
export interface PreludeInputs {
  /** State before the step, scalars. */
  readonly state: Readonly<Record<string, Value>>
  /** [N] draws; without them the means. */
  readonly draws: Readonly<Record<string, Value>>
  /** Whether draws are handed out by rank where the loss wants it. */
  readonly matchDraws: boolean
  /** Whether the state moves on. */
  readonly training: boolean
}

/**
 * Stage 3 before the logits: drawn margins, statistics, the next state, and the row values that the other logits use join the
 * environment. Returns the state after the step.
 */
export const prelude = (
  step: Step,
  blocks: ClassBlocks,
  temperature: Value | undefined,
  { state, draws, matchDraws, training }: PreludeInputs,
): Readonly<Record<string, Value>> => {
  const { o, resolved, derived, environment } = step
  o.builder.stage('prelude', 'Stage 3, before the logits: draws, statistics and the next state')
  Object.assign(environment, state)
  for (const [name, { mean, rankMatched }] of Object.entries(resolved.draws)) {
    const drawn = draws[name]
    if (!drawn) environment[name] = evaluateRows(step, mean)
    else
      environment[name] =
        rankMatched && matchDraws ? matchByRank(step, drawn) : o.reshape(drawn, [step.rows, 1])
  }
  takeNegativeStatistics(step, blocks, temperature)
  const batchSize = o.total(step.countedNumber)
  takeBatchStatistics(step, batchSize)
  const after = training ? nextState(step, state, batchSize) : state
  Object.assign(environment, after)
  addRowValues(step, [
    resolved.other,
    derived.other.value,
    derived.other.slope,
    ...Object.values(derived.coupled).map(({ slope }) => slope),
  ])
  return after
}

/** The state after the step. A value that would not be finite, or a batch without rows, leaves the state as it was. */
const nextState = (
  step: Step,
  state: Readonly<Record<string, Value>>,
  batchSize: Value,
): Readonly<Record<string, Value>> => {
  const { o, resolved, environment } = step
  const names = Object.keys(state)
  const next = names.map((name) => {
    const formula = step.bind(resolved.state[name]?.next ?? { type: 'input', name })
    return emit(o, formula, { ...environment, ...state, batchSize })
  })
  const fine = next.reduce(
    (all, value) => o.and(all, finite(o, value)),
    o.compare('gt', batchSize, 0),
  )
  return Object.fromEntries(
    names.map((name, index) => [name, o.where(fine, next[index] as Value, state[name] as Value)]),
  )
}

/** Hands the largest draw to the row with the smallest target cosine, and so on, among the rows that count. */
const matchByRank = (step: Step, drawn: Value): Value => {
  const { o, rows, counted, targets } = step
  const flat = (value: Value): Value => o.reshape(value, [rows])
  const draws = o.reshape(drawn, [rows, 1])
  // Rows that are ignored come last in both orders.
  const sorted = ascending(o, flat(o.where(counted, draws, 3e38))).values
  const order = ascending(o, flat(o.where(counted, o.unary('Neg', targets.cosines), 3e38))).indices
  const matched = o.addRows(flat(column(step, 0)), order, sorted)
  return o.where(counted, o.reshape(matched, [rows, 1]), draws)
}

/** The temperature of the pooling, which may use parameters and the state before the step. */
export const poolingTemperature = (
  step: Pick<Step, 'o' | 'resolved' | 'bind'>,
  values: Readonly<Record<string, Value>>,
): Value | undefined => {
  const { poolingTemperature: formula } = step.resolved
  return formula && emit(step.o, step.bind(formula), values)
}
