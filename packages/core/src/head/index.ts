export type {
  FloatArray,
  GradientRequest,
  HeadBatch,
  HeadOptions,
  HeadResult,
} from './batch.js'
export { matchByRank } from './draws.js'
export { marginLoss } from './head.js'
export { type KappaOptions, type KappaWeights, kappaWeights } from './kappa.js'
export { samplePartialClasses } from './partial-fc.js'
export { cosineScores, type ScoreBatch, type TopK, topK } from './scores.js'
export { initialState, type LossState, scalarParameters } from './state.js'
export { mixPrototypes, unmixGradient } from './vpl.js'
