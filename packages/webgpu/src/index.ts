export type { Emitted } from '@arcmargin/core/shader'
export {
  DestroyedError,
  DeviceLostError,
  FeatureError,
  LimitError,
  OutOfMemoryError,
  ShaderError,
} from './errors.js'
export type {
  Batch,
  GradientOptions,
  GradientResult,
  PassOptions,
  PassResult,
} from './head/batch.js'
export { type HeadShape, MarginHead, type Pending } from './head/margin-head.js'
export type { ScoreOptions } from './head/scores.js'
export type { TileStorage, Tiles } from './head/tiles.js'
export type { Optimizer } from './stages/optimizer.js'
export { emit as formulasToWgsl } from './wgsl/emit.js'
export { functions as wgslFunctions } from './wgsl/functions.js'
