import type { Value } from '../graph/value.js'
import type { Step } from './step.js'

/** A column [N, 1] of one number. */
export const column = (
  { o, countedNumber }: Pick<Step, 'o' | 'countedNumber'>,
  value: number,
): Value => o.filledLike(countedNumber, value)

/** A column of zeros. */
export const zeros = (step: Step): Value => column(step, 0)
