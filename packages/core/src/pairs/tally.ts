import type { Expression } from '../expression/node.js'
import { parse } from '../expression/parse.js'
import { substitute } from '../expression/substitute.js'
import type { PairElement, PairOptions } from './batch.js'

/** What a reduction reports beside the loss. */
export interface Counters {
  anchors: number
  positivePairs: number
  negativePairs: number
  terms: number
  active: number
  readonly elements: PairElement[] | undefined
}

/** What the reductions of one direction have in common. */
export interface Pass {
  readonly counters: Counters
  readonly reduction: PairOptions['reduction']
  /** Share of the direction in the loss. */
  readonly share: number
  /** Parameters whose gradients are taken. */
  readonly names: readonly string[]
}

/** A mean in the making: Σ terms over Σ counts. */
export interface Tally {
  add(loss: number, count: number, element: Omit<PairElement, 'loss'>): void
  /** Times the direction's share; 0 where nothing counts. */
  mean(): number
  /** d mean/d term. */
  factor(): number
}

/** Starts a mean, or a sum. */
export const createTally = ({ counters, reduction, share }: Pass): Tally => {
  let sum = 0
  let divisor = 0
  const factor = (): number => (divisor === 0 ? 0 : reduction === 'sum' ? share : share / divisor)
  return {
    add: (loss, count, element) => {
      sum += loss
      divisor += count
      counters.terms++
      if (loss > 0) counters.active++
      counters.elements?.push({ ...element, loss })
    },
    mean: () => sum * factor(),
    factor,
  }
}

/** What each term adds to the divisor, with the term put in. */
export const countOf = (
  own: Expression,
  term: Expression,
  { reduction }: Pick<Pass, 'reduction'>,
): Expression => {
  const formulas = { mean: '1', meanNonZero: 'select(loss > 0, 1, 0)', sum: '1' } as const
  const count =
    reduction === undefined || reduction === 'own' ? own : parse(formulas[reduction], ['loss'])
  return substitute(count, { loss: term })
}
