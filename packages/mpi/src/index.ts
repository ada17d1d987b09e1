export type { Collective, Values } from './collective/collective.js'
export { mpi } from './collective/mpi.js'
export { single } from './collective/single.js'
export { CheckpointError, MpiError, MpiUnavailableError, PeerError } from './errors.js'
export type {
  ShardedBatch,
  ShardedHeadOptions,
  ShardedResult,
  ShardedStepOptions,
} from './head/options.js'
export { ShardedHead } from './head/sharded-head.js'
export { type Slice, sliceOf } from './head/slice.js'
