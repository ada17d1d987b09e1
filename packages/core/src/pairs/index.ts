export type {
  MinedPairs,
  MinedTriplets,
  OtherSamples,
  PairBatch,
  PairCounts,
  PairElement,
  PairGradientRequest,
  PairList,
  PairOptions,
  PairResult,
} from './batch.js'
export { type CenterBatch, centerSteps, updateCenters } from './center-update.js'
export {
  type CombinedBatch,
  type CombinedLoss,
  type CombinedResult,
  combinedLoss,
  type WeightedLoss,
} from './combination.js'
export {
  type PairLossFactory,
  type PairLossOptions,
  pairLossFromJson,
} from './define.js'
export { definePairLoss } from './define-checked.js'
export type { Pairing, PairLoss, PairLossDefinition, TermScope } from './definition.js'
export { center } from './losses/center.js'
export { circlePair, circlePooled } from './losses/circle.js'
export { contrastive, contrastiveSquared } from './losses/contrastive.js'
export { liftedStructure } from './losses/lifted-structure.js'
export { marginBeta } from './losses/margin-beta.js'
export { multiSimilarity } from './losses/multi-similarity.js'
export { nPair } from './losses/n-pair.js'
export { nca } from './losses/nca.js'
export { infoNce, ntXent } from './losses/nt-xent.js'
export { sigLip } from './losses/siglip.js'
export { supCon, supConViews } from './losses/supcon.js'
export { tripletMargin } from './losses/triplet.js'
export { tupletMargin } from './losses/tuplet-margin.js'
export { type CrossBatchMemory, emptyMemory, remember } from './memory.js'
export { type DistanceWeightedOptions, mineDistanceWeighted } from './miners/distance-weighted.js'
export { mineMultiSimilarity, type Pairs } from './miners/multi-similarity.js'
export type { MinerBatch, Triplets } from './miners/rows.js'
export { mineHard, mineSemiHard } from './miners/triplets.js'
export { pairLoss } from './pair-loss.js'
export { type ClassBalance, classBalancedBatches } from './sampler.js'
