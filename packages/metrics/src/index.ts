export type { Rows } from './checks.js'
export {
  EmptyError,
  type ErrorDetails,
  LabelError,
  MetricsError,
  NonFiniteError,
  ParameterError,
  ShapeError,
} from './errors.js'
export type { ClassWeightOptions } from './geometry/class-weights.js'
export { type AngleHistogram, angleHistogram, type HistogramOptions } from './geometry/histogram.js'
export {
  type AngleStatistics,
  angleStatistics,
  type EmbeddingAngles,
  embeddingAngles,
} from './geometry/statistics.js'
export { targetAngles } from './geometry/target-angles.js'
export { type Cmc, type CmcOptions, cmc } from './identification/cmc.js'
export {
  type DistractorCurve,
  type DistractorOptions,
  distractorCurve,
} from './identification/distractors.js'
export {
  type OpenSet,
  type OpenSetOptions,
  type TpirAtFpir,
  tpirAtFpir,
} from './identification/open-set.js'
export { type Retrieval, type RetrievalOptions, retrieval } from './identification/retrieval.js'
export {
  type GalleryCmc,
  type RotatingGallery,
  rotatingGallery,
} from './identification/rotating-gallery.js'
export type { Ties } from './identification/search.js'
export type { LabelledEmbeddings } from './similarity.js'
export {
  type BestAccuracy,
  type BestAccuracyOptions,
  bestThresholdAccuracy,
} from './verification/accuracy.js'
export { auc } from './verification/auc.js'
export { type EqualErrorRate, eer } from './verification/eer.js'
export { ImpostorCounter } from './verification/impostor-counter.js'
export { type LfwFold, type LfwOptions, type LfwResult, lfwProtocol } from './verification/lfw.js'
export { type PairScoresOptions, pairScores } from './verification/pair-scores.js'
export { type Roc, type RocOptions, roc } from './verification/roc.js'
export { type VerificationScores, verificationScores } from './verification/scores.js'
export { type TarAtFar, tarAtFar } from './verification/tar-at-far.js'
export {
  type ThresholdAtFar,
  type ThresholdAtFarOptions,
  thresholdAtFar,
} from './verification/threshold-at-far.js'
