import { type Expression, inputsOf } from '@arcmargin/core'
import { angleOf } from '../emit/accurate.js'
import { emit } from '../emit/emit.js'
import type { Value } from '../graph/value.js'
import { bySubCenter, type ClassBlock } from './cosine.js'
import { type Pooling, poolSubCenters } from './pooling.js'
import type { Step } from './step.js'

/** Stage 3 for the classes of a block against all rows. */
export interface Lanes {
  readonly pooling: Pooling
  /** [N, B] pooled cosines, in [-1, 1]. */
  readonly cosines: Value
  /** [N, B] sines; used where a formula has the angle. */
  readonly sines: Value
  /** A formula over the classes of the block: [N, B], or what broadcasts to it. */
  evaluate(formula: Expression): Value
}

/**
 * The inputs of formulas over a block's classes, from its cosines [N, B·K]. The sine of a non-target follows from its float32
 * cosine, so that a formula of a non-target's angle loses digits below 1e-3.
 */
export const createLanes = (
  step: Step,
  block: ClassBlock,
  cosines: Value,
  temperature: Value | undefined,
): Lanes => {
  const { o, shape, environment } = step
  const pooling = poolSubCenters(o, bySubCenter(o, cosines, shape), temperature)
  const pooled = o.min(o.max(pooling.pooled, -1), 1)
  const sines = o.unary('Sqrt', o.mul(o.sub(1, pooled), o.add(1, pooled)))
  const norms = pooling.chosen(o.reshape(block.norms, [1, shape.block, shape.subCenters]))
  return {
    pooling,
    cosines: pooled,
    sines,
    evaluate: (formula) => {
      const bound = step.bind(formula)
      const names = inputsOf(bound)
      return emit(o, bound, {
        ...environment,
        ...block.tables,
        cosTheta: pooled,
        sinTheta: sines,
        weightNorm: norms,
        ...(names.has('theta') ? { theta: angleOf(o, pooled, sines) } : {}),
      })
    },
  }
}
