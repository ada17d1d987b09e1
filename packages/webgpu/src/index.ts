export {
  DestroyedError,
  DeviceLostError,
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
export type { Tiles } from './head/kernels.js'
export { type HeadShape, MarginHead, type Pending } from './head/margin-head.js'
export type { Optimizer } from './stages/optimizer.js'
