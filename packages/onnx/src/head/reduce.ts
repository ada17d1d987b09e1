import { log1p } from '../emit/accurate.js'
import type { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'
import { type ClassBlock, putAtOthers } from './cosine.js'
import type { Step } from './step.js'
import { column, zeros } from './zeros.js'

/** Loss and target gradient of each row; `total` where the loss is one value for the batch. */
export interface ReducedRows {
  /** [N, 1]. */
  readonly losses: Value | undefined
  readonly total: Value | undefined
  /** [N, 1] d loss / d target logit, without the row's share. */
  readonly targetFactors: Value
  /** d loss / d logit of the non-targets is the product of both; `lane` [N, B] undefined: 1 at every lane. */
  readonly row: Value
  readonly lane: (terms: Value) => Value | undefined
}

/** Stage 4: from logits (or loss terms) that come block by block to losses, and back to d loss / d logit. */
export interface Reducer {
  readonly states: readonly Value[]
  /** The logits as the later passes want them, with nothing left at targets and lanes that are no class. */
  mask(block: ClassBlock, terms: Value): Value
  /** Takes the masked logits of a block. */
  add(states: readonly Value[], masked: Value): readonly Value[]
  finish(states: readonly Value[], targets: Value): ReducedRows
}

/** What a logit that does not count becomes: its exponential is 0 whatever is subtracted. */
const nothing = -3.4e38
/** Logits are taken to be larger. */
const floor = -1e30

/** The reducer of a loss. */
export const createReducer = (step: Step): Reducer => {
  const { reduction } = step.resolved
  if (typeof reduction === 'object') return separable(step)
  return reduction === 'classwise' ? classwise(step) : softmax(step, reduction === 'softmaxOthers')
}

const exp = (o: Ops, value: Value): Value => o.unary('Exp', value)

/** Cross-entropy from the non-targets' running maximum and sum; `others` leaves the target out of the denominator. */
const softmax = (step: Step, others: boolean): Reducer => {
  const { o } = step
  return {
    states: [column(step, floor), zeros(step)],
    mask: (block, terms) => putAtOthers(o, block, terms, nothing),
    add: (states, masked) => {
      const [largest, sum] = states as [Value, Value]
      const next = o.max(largest, o.reduce('ReduceMax', masked, 1))
      const added = o.sum(exp(o, o.sub(masked, next)), 1)
      return [next, o.add(o.mul(sum, exp(o, o.sub(largest, next))), added)]
    },
    finish: (states, target) => {
      const [largest, sum] = states as [Value, Value]
      const alone = o.equal(sum, 0)
      if (others) {
        const divisor = o.where(alone, 1, sum)
        const losses = o.add(o.sub(largest, target), o.unary('Log', divisor))
        return {
          losses: o.where(alone, 0, losses),
          total: undefined,
          targetFactors: o.where(alone, 0, o.value(-1)),
          row: o.div(1, divisor),
          lane: (masked) => exp(o, o.sub(masked, largest)),
        }
      }
      const lead = o.sub(largest, target)
      const shift = o.max(largest, target)
      const rest = o.mul(sum, exp(o, o.min(lead, 0)))
      const own = exp(o, o.min(o.unary('Neg', lead), 0))
      const denominator = o.add(rest, own)
      const logarithm = o.where(
        o.compare('le', lead, 0),
        log1p(o, rest),
        o.unary('Log', denominator),
      )
      return {
        losses: o.add(o.sub(shift, target), logarithm),
        total: undefined,
        // Not p - 1, which cancels.
        targetFactors: o.unary('Neg', o.div(rest, denominator)),
        row: o.div(1, denominator),
        lane: (masked) => exp(o, o.sub(masked, shift)),
      }
    },
  }
}

/** Loss terms, made from the logits already. */
const separable = (step: Step): Reducer => {
  const { o } = step
  return {
    states: [zeros(step)],
    mask: (block, terms) => putAtOthers(o, block, terms, 0),
    add: ([sum], masked) => [o.add(sum as Value, o.sum(masked, 1))],
    finish: ([sum], target) => ({
      losses: o.add(sum as Value, target),
      total: undefined,
      targetFactors: column(step, 1),
      row: column(step, 1),
      lane: () => undefined,
    }),
  }
}

/** log(1 + Σ e^logit) along an axis of a matrix: the logarithm, and d logarithm / d logit. */
const logSum = (o: Ops, logits: Value, axis: number): { value: Value; slopes: () => Value } => {
  const shift = o.max(o.reduce('ReduceMax', logits, axis), 0)
  const powers = exp(o, o.sub(logits, shift))
  const sum = o.sum(powers, axis)
  const one = exp(o, o.unary('Neg', shift))
  const total = o.add(sum, one)
  const logarithm = o.where(o.compare('gt', shift, 0), o.unary('Log', total), log1p(o, sum))
  return { value: o.add(shift, logarithm), slopes: () => o.mul(powers, o.div(1, total)) }
}

/** log(1 + Σ e^logit) along the batch: the mean over classes with samples plus the mean over all classes. */
const classwise = (step: Step): Reducer => {
  const { o, counted, countedNumber, labels, classCount, rows } = step
  return {
    states: [o.mul(o.total(countedNumber), 0)],
    mask: (block, terms) => putAtOthers(o, block, o.where(counted, terms, nothing), nothing),
    add: ([total], masked) => [o.add(total as Value, o.total(logSum(o, masked, 0).value))],
    finish: ([total], target) => {
      const across = (value: Value): Value => o.reshape(value, [1, rows])
      const together = o.and(o.and(o.equal(labels, o.transpose(labels)), counted), across(counted))
      const logits = o.where(together, o.transpose(target), nothing)
      const positives = logSum(o, logits, 1)
      const sharers = o.max(o.sum(o.cast(together, 'float'), 1), 1)
      const present = o.max(o.total(o.div(countedNumber, sharers)), 1)
      const attract = o.div(o.total(o.div(o.mul(positives.value, countedNumber), sharers)), present)
      const factors = exp(o, o.sub(target, positives.value))
      return {
        losses: undefined,
        total: o.add(attract, o.div(total as Value, classCount)),
        targetFactors: o.div(o.where(counted, factors, 0), present),
        row: o.div(countedNumber, classCount),
        lane: (masked) => logSum(o, masked, 0).slopes(),
      }
    },
  }
}
