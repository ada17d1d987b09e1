import { type Expression, inputsOf } from '@arcmargin/core'
import type { ResolvedPairs } from '@arcmargin/core/pairs/engine'
import { type Environment, emit } from '../emit/emit.js'
import type { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'

/** A block of anchors with the scores of all its pairs. */
export interface Lanes {
  readonly o: Ops
  /** Values of formulas over the block: the parameters and the anchors' counts, and what else is given. */
  evaluate(formula: Expression, inputs: Environment): Value
  /** [B, M] how often each pair counts. */
  readonly positives: Value
  readonly negatives: Value
  /** [B, M] φ+ and φ-. */
  readonly plus: Value
  readonly minus: Value
  /** [B, 1]. */
  readonly positiveCount: Value
  readonly negativeCount: Value
  /** [B, 1]: 1, or 0 for an anchor that is ignored. */
  readonly real: Value
  /** Rows [T, 3] (anchor in the block, positive, negative) with 1, or 0 for those of other blocks; where triplets are chosen. */
  readonly triplets: ChosenTriplets | undefined
  /** [B, 1] values of the parameters that belong to the anchor's class. */
  readonly perClass: Environment
  /** φ- of the positives of places [T, 2] (anchor, positive) with every column: [T, M]. */
  swapped(places: Value): Value
}

/** Triplets that the caller names. */
export interface ChosenTriplets {
  /** [T, 2] int64 places of (anchor, positive) and of (anchor, negative) in the block. */
  readonly positive: Value
  readonly negative: Value
  /** [T, 1]. */
  readonly counts: Value
}

/** d loss by the scores of a block and, through the terms themselves, by the parameters. */
export interface Pulls {
  /** [B, M]. */
  readonly plus: Value
  readonly minus: Value
  /** Where terms have `swapped`: places [T, 2] (anchor, positive) and pulls [T, M]. */
  readonly swapped?: { readonly places: Value; readonly pull: Value }
  /** [B, 1] each, in the order of the names. */
  readonly parameters: readonly Value[]
}

/** From the scores of all anchors to one loss, in two passes. */
export interface Reduction {
  /** Scalars before the first block. */
  readonly start: readonly number[]
  /** The scalars after a block. */
  take(lanes: Lanes, before: readonly Value[]): Value[]
  /** The loss, and what the second pass needs to know. */
  finish(
    gathered: readonly Value[],
    evaluate: Lanes['evaluate'],
  ): { readonly value: Value; readonly memory: readonly Value[] }
  pull(lanes: Lanes, memory: readonly Value[]): Pulls
}

/** What a reduction is made from. */
export interface Context {
  readonly o: Ops
  readonly resolved: ResolvedPairs
  /** What a term adds to the divisor. */
  readonly count: Expression
  /** d term by an input or parameter. */
  by(name: string): Expression
  /** Parameters whose gradients are wanted. */
  readonly names: readonly string[]
  /** d mean/d term, from the divisor. */
  factor(divisor: Value): Value
}

/** A mean over terms, gathered as [Σ terms, Σ counts]. */
export const meanOf = ({ o, factor }: Context): Pick<Reduction, 'start' | 'finish'> => ({
  start: [0, 0],
  finish: ([sum, divisor]) => {
    const each = factor(divisor as Value)
    return { value: o.mul(sum as Value, each), memory: [each] }
  },
})

/** Whether a formula mentions one of the names. */
export const mentions = (formula: Expression | undefined, names: readonly string[]): boolean =>
  formula !== undefined && names.some((name) => inputsOf(formula).has(name))

/** An `evaluate` that knows some values. */
export const evaluator =
  (o: Ops, bind: (formula: Expression) => Expression, known: Environment): Lanes['evaluate'] =>
  (formula, inputs) =>
    emit(o, bind(formula), { ...known, ...inputs })
