import type { TermScope } from '../definition.js'
import type { ResolvedPairs } from '../resolve.js'
import type { Reduction } from '../row.js'
import type { Pass } from '../tally.js'
import { overAnchors, overBatch } from './gathered.js'
import { overPairs } from './pairs.js'
import { overPositives } from './positives.js'
import { overTriplets } from './triplets.js'

/** Makes the reduction of a scope. */
export const reductions: Readonly<
  Record<TermScope, (resolved: ResolvedPairs, pass: Pass) => Reduction>
> = {
  pairs: overPairs,
  positives: overPositives,
  anchors: overAnchors,
  batch: overBatch,
  triplets: overTriplets,
}
