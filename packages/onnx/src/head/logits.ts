import type { Value } from '../graph/value.js'
import type { ClassBlocks } from './cosine.js'
import { createLanes } from './lanes.js'
import { evaluateRows, type Step } from './step.js'
import { zeros } from './zeros.js'

/** Stage 3 alone: the logits of each block of classes, with the target's at each row's own class. A stack [blocks, N, B]. */
export const logitsOf = (
  step: Step,
  blocks: ClassBlocks,
  temperature: Value | undefined,
): Value => {
  const { o, resolved } = step
  const target = o.add(evaluateRows(step, resolved.target), zeros(step))
  const { outputs } = blocks.pass('logits', [], [], (block) => {
    const lanes = createLanes(step, block, block.products, temperature)
    const others = o.add(lanes.evaluate(resolved.other), o.mul(lanes.cosines, 0))
    const own = o.where(block.inside, target, o.pick(others, block.lane))
    return { states: [], outputs: [o.put(others, block.lane, own)] }
  })
  return outputs[0] as Value
}
