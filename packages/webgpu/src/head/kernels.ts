import { embeddingGradient, gradientFactors } from '../stages/backward.js'
import { checkFlags } from '../stages/check.js'
import { cosineProduct } from '../stages/cosine.js'
import { embeddingProduct } from '../stages/embedding.js'
import { drawMargins, rowValues } from '../stages/margin.js'
import { gatherTargets, normalizeRows, normalizeWeights } from '../stages/normalize.js'
import { type Optimizer, optimizerOutput } from '../stages/optimizer.js'
import {
  averageStatistics,
  combineSums,
  negativeStatistics,
  otherSlopes,
  sumGroups,
} from '../stages/others.js'
import {
  combineGroups,
  finishClasses,
  finishRows,
  isClasswise,
  reduceClasses,
  reduceGroups,
} from '../stages/reduce.js'
import { combinePulls, rowSlopes, targetPulls } from '../stages/slopes.js'
import { batchStatistics } from '../stages/statistics.js'
import { moveSubset } from '../stages/subset.js'
import { measureTargets } from '../stages/target.js'
import { gradientOutput, weightProduct } from '../stages/weight.js'
import type { Kernel } from '../wgsl/module.js'
import type { Design } from './design.js'
import type { Tiles } from './tiles.js'

/** The kernels of stages 1 to 4. */
export const forwardKernels = (design: Design, tiles: Tiles): readonly Kernel[] => {
  const { resolved } = design
  const hasNegatives = Object.keys(resolved.negatives).length > 0
  const average = averageStatistics(design)
  const hasBatch = Object.keys(resolved.batch).length > 0 || Object.keys(resolved.state).length > 0
  return [
    normalizeRows(design),
    normalizeWeights(design),
    gatherTargets(design),
    measureTargets(design),
    cosineProduct(design, tiles).kernel(),
    ...(Object.keys(resolved.draws).length > 0 ? drawMargins(design) : []),
    ...(hasNegatives
      ? [
          rowValues(design, 'early'),
          sumGroups(design, negativeStatistics(design)),
          combineSums(design, negativeStatistics(design)),
        ]
      : []),
    ...(average ? [average] : []),
    ...(hasBatch ? [batchStatistics(design)] : []),
    rowValues(design, 'late'),
    reduceGroups(design),
    combineGroups(design),
    ...(isClasswise(design)
      ? [reduceClasses(design), finishClasses(design)]
      : [finishRows(design)]),
    checkFlags(design),
  ]
}

/** The kernels of stage 5; with an optimiser the weights' gradient moves them at once. */
export const backwardKernels = (
  design: Design,
  tiles: Tiles,
  optimizer: Optimizer | undefined,
): readonly Kernel[] => {
  const { rowSums } = design
  return [
    ...(Object.keys(rowSums).length > 0
      ? [sumGroups(design, otherSlopes(design)), combineSums(design, otherSlopes(design))]
      : []),
    rowSlopes(design),
    targetPulls(design),
    combinePulls(design),
    gradientFactors(design),
    embeddingProduct(design, tiles).kernel(),
    weightProduct(
      design,
      tiles,
      optimizer ? optimizerOutput(design, optimizer) : gradientOutput(design),
    ).kernel(),
    embeddingGradient(design, tiles.splits),
  ]
}

/** The kernels that Partial FC adds. */
export const subsetKernels = (design: Design): readonly Kernel[] => [
  moveSubset(design, 'gather', 'weights'),
  moveSubset(design, 'scatter', 'weights'),
  moveSubset(design, 'gather', 'moments'),
  moveSubset(design, 'scatter', 'moments'),
]
