import type { ResolvedLoss } from '../losses/resolve.js'
import { type Shard, shareExponentials } from './shard.js'

/** Stage 4: from logits (or loss terms) that come block by block to losses, and back to d loss / d logit. */
export interface Reducer {
  /** Takes a row's non-target logits; `skip` is the target's lane (or -1). */
  add(row: number, logits: Float64Array, count: number, start: number, skip: number): void
  /** Brings the sums of all slices of the classes together, after the last `add`. */
  share(shard: Shard): void
  /** Takes the target logits (`columns` -1: none) and yields the loss and d loss / d target logit of each row. */
  finish(targets: Float64Array, columns: Int32Array): ReducedRows
  /** d loss / d logit of a row's non-targets, after `finish`. */
  factors(row: number, logits: Float64Array, count: number, start: number, out: Float64Array): void
}

/** Loss and target gradient of each row; `total` where the loss is one value for the batch. */
export interface ReducedRows {
  readonly losses: Float64Array
  readonly targetFactors: Float64Array
  readonly total?: number
}

/** The reducer of a loss. */
export const createReducer = (
  { reduction }: ResolvedLoss,
  rows: number,
  columns: number,
): Reducer => {
  if (typeof reduction === 'object') return sum(rows)
  return reduction === 'classwise'
    ? classwise(rows, columns)
    : softmax(new RunningLogSum(rows), reduction === 'softmaxOthers')
}

/**
 * The last step of the softmax reductions, for a backend that sums the exponentials itself.
 *
 * @param reduction the loss's, `softmax` or `softmaxOthers`.
 * @param largest [N] reference logit of the non-targets.
 * @param sum [N] Σ exp(logit - largest) over the non-targets; 0 where there is none.
 * @param targets [N] target logits.
 * @param columns [N], -1 where ignored.
 */
export const finishSoftmax = (
  { reduction }: ResolvedLoss,
  largest: Float64Array,
  sum: Float64Array,
  targets: Float64Array,
  columns: Int32Array,
): ReducedRows => {
  const negatives = new RunningLogSum(columns.length)
  negatives.largest.set(largest)
  negatives.sum.set(sum)
  return softmax(negatives, reduction === 'softmaxOthers').finish(targets, columns)
}

/** Largest logit so far and the sum of exp(logit - largest), for many keys. */
class RunningLogSum {
  readonly largest: Float64Array
  readonly sum: Float64Array

  constructor(length: number) {
    this.largest = new Float64Array(length).fill(-Infinity)
    this.sum = new Float64Array(length)
  }

  add(key: number, logit: number): void {
    const largest = this.largest[key] as number
    const sum = this.sum[key] as number
    if (logit > largest) {
      this.sum[key] = sum * Math.exp(largest - logit) + 1
      this.largest[key] = logit
    } else this.sum[key] = sum + Math.exp(logit - largest)
  }

  /** The larger of a logit and the largest so far. */
  shift(key: number, logit: number): number {
    return Math.max(this.largest[key] as number, logit)
  }

  /** log(e^logit + Σ) - shift: log1p where the logit dominates, 0 when nothing was added. */
  rest(key: number, logit: number): number {
    const sum = this.sum[key] as number
    const lead = (this.largest[key] as number) - logit
    return lead <= 0 ? Math.log1p(sum * Math.exp(lead)) : Math.log(sum + Math.exp(-lead))
  }

  /** Σ/(e^logit + Σ), without the cancellation of 1 - p. */
  share(key: number, logit: number): number {
    const sum = this.sum[key] as number
    const lead = (this.largest[key] as number) - logit
    const scaled = lead <= 0 ? sum * Math.exp(lead) : sum
    return scaled === 0 ? 0 : scaled / (scaled + (lead <= 0 ? 1 : Math.exp(-lead)))
  }
}

/** Cross-entropy from the non-targets' running sum beside the target; `others` leaves the target out of the denominator. */
const softmax = (negatives: RunningLogSum, others: boolean): Reducer => {
  const rows = negatives.sum.length
  // The logarithm of the denominator in two parts, whose sum would be rounded to the digits of the logits.
  const shifts = new Float64Array(rows)
  const rests = new Float64Array(rows)
  return {
    add: (row, logits, count, _start, skip) => {
      for (let lane = 0; lane < count; lane++) {
        if (lane !== skip) negatives.add(row, logits[lane] as number)
      }
    },
    share: (shard) => shareExponentials(negatives.largest, negatives.sum, shard),
    finish: (targets, columns) => {
      const losses = new Float64Array(rows)
      const targetFactors = new Float64Array(rows)
      for (let row = 0; row < rows; row++) {
        // A class alone has nothing to be told from.
        if ((columns[row] as number) < 0 || negatives.sum[row] === 0) continue
        const target = targets[row] as number
        const inside = others ? -Infinity : target
        const shift = negatives.shift(row, inside)
        const rest = negatives.rest(row, inside)
        losses[row] = shift - target + rest
        targetFactors[row] = -negatives.share(row, inside)
        shifts[row] = shift
        rests[row] = rest
      }
      return { losses, targetFactors }
    },
    factors: (row, logits, count, _start, out) => {
      const [shift, rest] = [shifts[row] as number, rests[row] as number]
      for (let lane = 0; lane < count; lane++) {
        out[lane] = Math.exp((logits[lane] as number) - shift - rest)
      }
    },
  }
}

/** Loss terms, made from the logits already. */
const sum = (rows: number): Reducer => {
  const others = new Float64Array(rows)
  return {
    add: (row, terms, count, _start, skip) => {
      for (let lane = 0; lane < count; lane++) {
        if (lane !== skip) others[row] = (others[row] as number) + (terms[lane] as number)
      }
    },
    share: (shard) => shard.sum(others),
    finish: (targets, columns) => ({
      losses: others.map((rest, row) =>
        (columns[row] as number) < 0 ? 0 : rest + (targets[row] as number),
      ),
      targetFactors: Float64Array.from(columns, (column) => (column < 0 ? 0 : 1)),
    }),
    factors: (_row, _terms, count, _start, out) => {
      out.fill(1, 0, count)
    },
  }
}

/** log(1 + Σ e^logit) along the batch: the mean over classes with samples plus the mean over all classes. */
const classwise = (rows: number, columns: number): Reducer => {
  const negatives = new RunningLogSum(columns)
  const logSum = (sums: RunningLogSum, column: number): number =>
    sums.shift(column, 0) + sums.rest(column, 0)
  return {
    add: (_row, logits, count, start, skip) => {
      for (let lane = 0; lane < count; lane++) {
        if (lane !== skip) negatives.add(start + lane, logits[lane] as number)
      }
    },
    share: () => {
      throw new TypeError('sums of classes are whole where the class is held')
    },
    finish: (targets, own) => {
      const positives = new RunningLogSum(columns)
      own.forEach((column, row) => {
        if (column >= 0) positives.add(column, targets[row] as number)
      })
      const present = new Set(own.filter((column) => column >= 0))
      let [attract, repel] = [0, 0]
      for (const column of present) attract += logSum(positives, column) / present.size
      for (let column = 0; column < columns; column++) repel += logSum(negatives, column) / columns
      const targetFactors = new Float64Array(rows)
      own.forEach((column, row) => {
        if (column < 0) return
        const total = logSum(positives, column)
        targetFactors[row] = Math.exp((targets[row] as number) - total) / present.size
      })
      return { losses: new Float64Array(0), targetFactors, total: attract + repel }
    },
    factors: (_row, logits, count, start, out) => {
      for (let lane = 0; lane < count; lane++) {
        const total = logSum(negatives, start + lane)
        out[lane] = Math.exp((logits[lane] as number) - total) / columns
      }
    },
  }
}
