import type { TermScope } from '@arcmargin/core/pairs'
import { overAnchors, overBatch } from './gathered-reductions.js'
import type { Context, Reduction } from './reduction.js'
import { overPairs, overPositives } from './simple-reductions.js'
import { overTriplets } from './triplets-reduction.js'

/** Makes the reduction of a scope. */
export const reductions: Readonly<Record<TermScope, (context: Context) => Reduction>> = {
  pairs: overPairs,
  positives: overPositives,
  anchors: overAnchors,
  batch: overBatch,
  triplets: overTriplets,
}
