import type { RowSums } from '../step/passes.js'
import type { BackwardJob, ForwardJob } from './lane.js'

/** What a worker is given when it starts. */
export interface WorkerStart {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Address of a 32-bit word that is not 0 while the running forward pass is to stop. */
  readonly stop: number
}

/** What is sent to a worker. */
export type WorkerRequest =
  | { readonly type: 'start'; readonly start: WorkerStart }
  | { readonly type: 'forward'; readonly job: ForwardJob }
  | { readonly type: 'backward'; readonly job: BackwardJob }

/** What it answers, one answer a request. */
export type WorkerAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'sums'; readonly sums: RowSums }
  | { readonly type: 'embeddings'; readonly address: number }
  | { readonly type: 'failed'; readonly error: unknown; readonly vector: number | undefined }
