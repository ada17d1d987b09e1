export { checkKnown } from '../check-known.js'
export { isZero } from '../losses/derive.js'
export { rowScales } from './check.js'
export { normal } from './draws.js'
export { writeEmbeddings } from './embedding-gradient.js'
export { evaluateRows, type RowEnvironment } from './environment.js'
export { type Scored, shareOfRight } from './forward.js'
export { rowParts, slopesOf } from './gradients.js'
export { finish } from './head.js'
export type { Kernels } from './kernels.js'
export { type Centers, checkSubset, positiveInteger, readLabels } from './layout.js'
export { nextRows } from './next-rows.js'
export { normalize } from './normalize.js'
export {
  classEnvironment,
  createParameterGradients,
  gradientNames,
  type ParameterGradients,
} from './parameter-gradient.js'
export {
  checkParameterNames,
  type ParameterValues,
  parameterScopes,
  readParameter,
  readParameters,
} from './parameters.js'
export { checkTemperature } from './pooling.js'
export { prelude } from './prelude.js'
export { prepare, type Step, type StepSources } from './prepare.js'
export { finishSoftmax, type ReducedRows } from './reduce.js'
export { assemble, targetTerms } from './result.js'
export { cosineScoresWith, topKWith } from './scores.js'
export { Scratch } from './scratch.js'
export { isHere, type Shard, shareExponentials } from './shard.js'
export { checkState } from './state.js'
export { tangent } from './target.js'
export { addScaled, type TargetPull, type TargetSlopes, targetPulls } from './target-gradient.js'
