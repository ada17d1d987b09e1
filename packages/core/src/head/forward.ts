import { inputsOf } from '../expression/substitute.js'
import { evaluateRows } from './environment.js'
import { createLanes } from './lanes.js'
import type { Step } from './prepare.js'
import type { Reducer } from './reduce.js'
import { shareBest } from './shard.js'

/** What one pass over the classes sees besides the reduction. */
export interface Scored {
  /** Share of the rows that count whose best un-margined score is their own class's. */
  readonly accuracy: number
  /** [N, columns] when asked for. */
  readonly logits?: Float64Array
}

/** Stages 2 to 4 over all blocks: feeds the non-target logits to the reducer and finds each row's best class. */
export const forward = (step: Step, reducer: Reducer, wantLogits: boolean): Scored => {
  const { columns, centers, derived, resolved, environment } = step
  const { target, other } = resolved
  const lanes = createLanes([derived.other.value, ...(wantLogits ? [other] : [])], step)
  // Where |w| is part of the logit it decides the class as well.
  const byNorm = inputsOf(other).has('weightNorm')
  const width = centers.columns
  const [targetLogits] = wantLogits ? evaluateRows([target], environment) : []
  const logits = targetLogits && new Float64Array(columns.length * width)
  const best = new Int32Array(columns.length)
  const score = new Float64Array(columns.length).fill(-Infinity)
  for (const block of step.blocks()) {
    lanes.enter(block)
    columns.forEach((column, row) => {
      const [terms, values] = lanes.evaluate(block, row) as [Float64Array, Float64Array]
      const own = column - block.start
      for (let lane = 0; lane < block.count; lane++) {
        const found = (lanes.cosines[lane] as number) * (byNorm ? (lanes.norms[lane] as number) : 1)
        if (found > (score[row] as number)) {
          score[row] = found
          best[row] = block.start + lane
        }
      }
      if (logits) {
        const start = row * width + block.start
        logits.set(values.subarray(0, block.count), start)
        if (own >= 0 && own < block.count) logits[start + own] = targetLogits[row] as number
      }
      if (column >= 0) reducer.add(row, terms, block.count, block.start, own)
    })
  }
  const classes = best.map((column) => centers.classOf(column))
  const accuracy = shareOfRight(step, score, classes)
  return { accuracy, ...(logits ? { logits } : {}) }
}

/**
 * Share of the rows that count whose best class is their own.
 *
 * @param scores [N] best scores of the classes that are here; overwritten where there are others.
 * @param classes [N] their classes, -1 where there is none; overwritten likewise.
 */
export const shareOfRight = (
  { columns, labels, shard }: Step,
  scores: Float64Array,
  classes: Int32Array,
): number => {
  if (shard) shareBest(scores, classes, shard)
  let [counted, right] = [0, 0]
  columns.forEach((column, row) => {
    if (column < 0) return
    counted++
    if (classes[row] === labels[row]) right++
  })
  return counted === 0 ? 0 : right / counted
}
