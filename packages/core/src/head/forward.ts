import { inputsOf } from '../expression/substitute.js'
import type { Loss } from '../losses/definition.js'
import { deriveLoss } from '../losses/derive.js'
import type { ClassBlock } from './cosine.js'
import { createLanes, type LaneContext } from './lanes.js'
import type { Reducer } from './reduce.js'

/** What one pass over the classes sees besides the reduction. */
export interface Scored {
  /** Share of the rows that count whose best un-margined score is their own class's. */
  readonly accuracy: number
  /** [N, columns] when asked for. */
  readonly logits?: Float64Array
}

/** Stages 2 to 4 over all blocks: feeds the non-target logits to the reducer and finds each row's best class. */
export const forward = (
  loss: Loss,
  context: LaneContext,
  columns: Int32Array,
  targetLogits: Float64Array,
  reducer: Reducer,
  blocks: () => Iterable<ClassBlock>,
  wantLogits: boolean,
): Scored => {
  const { other } = deriveLoss(loss)
  const lanes = createLanes([other.value], context)
  // Where |w| is part of the logit it decides the class as well.
  const byNorm = inputsOf(other.value).has('weightNorm')
  const width = context.centers.columns
  const logits = wantLogits ? new Float64Array(columns.length * width) : undefined
  const best = new Int32Array(columns.length)
  const score = new Float64Array(columns.length).fill(-Infinity)
  for (const block of blocks()) {
    lanes.enter(block)
    columns.forEach((column, row) => {
      const [values] = lanes.evaluate(block, row) as [Float64Array]
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
      if (column >= 0) reducer.add(row, values, block.count, block.start, own)
    })
  }
  let [counted, right] = [0, 0]
  columns.forEach((column, row) => {
    if (column < 0) return
    counted++
    if (best[row] === column) right++
  })
  return { accuracy: counted === 0 ? 0 : right / counted, ...(logits ? { logits } : {}) }
}
