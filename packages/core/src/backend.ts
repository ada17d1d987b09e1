export { checkKnown } from './check-known.js'
export { compile, type Program } from './expression/compile.js'
export { rowScales } from './head/check.js'
export { normal } from './head/draws.js'
export { writeEmbeddings } from './head/embedding-gradient.js'
export { evaluateRows, type RowEnvironment } from './head/environment.js'
export { type Scored, shareOfRight } from './head/forward.js'
export { rowParts, slopesOf } from './head/gradients.js'
export { finish } from './head/head.js'
export type { Kernels } from './head/kernels.js'
export { type Centers, checkSubset, positiveInteger, readLabels } from './head/layout.js'
export { nextRows } from './head/next-rows.js'
export { normalize } from './head/normalize.js'
export {
  classEnvironment,
  createParameterGradients,
  gradientNames,
  type ParameterGradients,
} from './head/parameter-gradient.js'
export {
  checkParameterNames,
  type ParameterValues,
  parameterScopes,
  readParameter,
  readParameters,
} from './head/parameters.js'
export { checkTemperature } from './head/pooling.js'
export { prelude } from './head/prelude.js'
export { prepare, type Step, type StepSources } from './head/prepare.js'
export { finishSoftmax, type ReducedRows } from './head/reduce.js'
export { assemble, targetTerms } from './head/result.js'
export { cosineScoresWith, topKWith } from './head/scores.js'
export { Scratch } from './head/scratch.js'
export { isHere, type Shard, shareExponentials } from './head/shard.js'
export { checkState } from './head/state.js'
export { tangent } from './head/target.js'
export {
  addScaled,
  type TargetPull,
  type TargetSlopes,
  targetPulls,
} from './head/target-gradient.js'
export { type DerivedLogit, type DerivedLoss, deriveLoss, isZero } from './losses/derive.js'
export { type ResolvedLoss, resolveLoss } from './losses/resolve.js'
