import { type Loss, ParameterError } from '@arcmargin/core'
import {
  type FloatArray,
  type LossState,
  samplePartialClasses,
  type TopK,
} from '@arcmargin/core/head'
import { MarginHead } from '@arcmargin/wasm'
import { loadCheckpoint } from '../checkpoint/load.js'
import { saveCheckpoint } from '../checkpoint/save.js'
import { type SliceStore, storeOf } from '../checkpoint/store.js'
import type { Collective } from '../collective/collective.js'
import { agree } from './agree.js'
import { sharedRandom } from './draws.js'
import type {
  ShardedBatch,
  ShardedHeadOptions,
  ShardedResult,
  ShardedStepOptions,
} from './options.js'
import { gatherRows, type Rows } from './rows.js'
import { type Slice, sliceOf } from './slice.js'
import { type Clock, timed } from './timed.js'
import { shardedTopK } from './top-k.js'

interface Parts {
  readonly options: ShardedHeadOptions
  readonly collective: Collective
  readonly clock: Clock
  readonly slice: Slice
  readonly head: MarginHead
}

/**
 * A training head whose classes are spread over processes (class-parallel softmax): each holds a slice of the class weights and its
 * optimiser, all see the rows of all, and two numbers a row and dx are all that is exchanged of the classes.
 * Every method is called on all processes, in the same order. Results equal those of one process to rounding.
 *
 * Deng et al., ArcFace, arXiv:1801.07698, section 3.1 (parallel acceleration); An et al., Partial FC, arXiv:2203.15565.
 */
export class ShardedHead {
  readonly loss: Loss
  /** C, over all processes. */
  readonly classes: number
  readonly dimension: number
  readonly subCenters: number
  /** First class of this process. */
  readonly first: number
  /** Classes of this process. */
  readonly count: number
  readonly #parts: Parts
  readonly #store: SliceStore

  private constructor(parts: Parts) {
    const { options, slice, head } = parts
    this.#parts = parts
    this.loss = options.loss
    this.classes = options.classes
    this.dimension = options.dimension
    this.subCenters = options.subCenters ?? 1
    this.first = slice.first
    this.count = slice.count
    this.#store = storeOf(head, options.source, slice.count)
  }

  /**
   * Sets up this process's part.
   *
   * @throws what wasm's `MarginHead.create` throws; ParameterError for fewer classes than processes; PeerError where another
   * process could not.
   */
  static async create(options: ShardedHeadOptions): Promise<ShardedHead> {
    const { collective, clock } = timed(options.collective)
    return agree(collective, async () => {
      const { loss, classes, dimension, subCenters = 1, weights, source, optimizer } = options
      if (!Number.isInteger(classes) || classes < collective.size) {
        throw new ParameterError('is out of range', {
          argument: 'classes',
          value: classes,
          allowed: `a whole number, at least one class for each of ${collective.size} processes`,
        })
      }
      const slice = sliceOf(classes, collective)
      const head = await MarginHead.create({
        loss,
        classes: slice.count,
        dimension,
        subCenters,
        ...(weights && {
          weights: (first, target) => weights(slice.first * subCenters + first, target),
        }),
        ...(source && { source }),
        ...(optimizer && { optimizer }),
        ...(options.state && { state: options.state }),
        ...(options.signal && { signal: options.signal }),
        threads: options.threads ?? 1,
        shard: {
          first: slice.first,
          classes,
          sum: (values) => collective.allReduce(values, 'sum'),
          max: (values) => collective.allReduce(values, 'max'),
        },
      })
      return new ShardedHead({ options, collective, clock, slice, head })
    })
  }

  /** Steps of the optimiser so far. */
  get steps(): number {
    return this.#parts.head.steps
  }

  /** State of the loss after the last step. */
  get state(): LossState | undefined {
    return this.#parts.head.state
  }

  /**
   * One step over the rows of all processes: loss, gradients, and the optimiser on every slice.
   *
   * @throws what core's `marginLoss` throws, on the process whose rows are at fault, and PeerError on the others; nothing has been
   * changed then.
   */
  async step(batch: ShardedBatch, options: ShardedStepOptions = {}): Promise<ShardedResult> {
    return this.#run(batch, options, async (rows, given) => {
      const subset = this.#sample(rows, options)
      const { gradients, ...result } = await this.#parts.head.step(rows.batch, {
        ...given,
        ...(subset && { classSubset: subset }),
        ...(options.learningRate !== undefined && { learningRate: options.learningRate }),
        ...(options.parameterGradients && { parameterGradients: options.parameterGradients }),
      })
      const { embeddings, ...rest } = gradients
      const own = embeddings && {
        embeddings: this.#own(embeddings, rows, this.dimension),
      }
      const ofSubset = subset && rest.classWeights ? { classSubset: subset } : {}
      return { ...result, gradients: { ...rest, ...own, ...ofSubset } }
    })
  }

  /** Loss, accuracy and angles without a step; state and draws as in evaluation unless `training` is true. */
  async evaluate(batch: ShardedBatch, options: ShardedStepOptions = {}): Promise<ShardedResult> {
    const training = options.training ?? false
    return this.#run(batch, { ...options, training }, (rows, given) =>
      this.#parts.head.forward(rows.batch, given),
    )
  }

  /**
   * The k best classes of each of this process's rows by cosine, out of all.
   *
   * @param embeddings [N, D] of this process.
   * @param k 1 to C.
   */
  async topK(embeddings: FloatArray, k: number): Promise<TopK> {
    const { collective, head, slice } = this.#parts
    return shardedTopK(collective, head, slice, this, embeddings, k)
  }

  /** A copy of this process's class weights, [count, K, D]. */
  async readWeights(): Promise<Float32Array> {
    return this.#store.read('weights', 0, this.count)
  }

  /**
   * Writes a checkpoint: each process its slice, then rank 0 a manifest, which replaces the one before in a single step. A job
   * that dies on the way leaves the last checkpoint whole.
   *
   * @param folder one that all processes see.
   */
  async save(folder: string): Promise<void> {
    const { collective, head: own } = this.#parts
    const { loss, classes, dimension, subCenters, first, count, steps, state } = this
    const head = {
      loss,
      classes,
      dimension,
      subCenters,
      first,
      count,
      steps,
      state,
      arrays: own.stored,
    }
    await saveCheckpoint(folder, head, this.#store, collective)
  }

  /**
   * Goes on from a checkpoint of any number of processes.
   *
   * @throws CheckpointError for what is missing, broken or another head's.
   */
  async load(folder: string): Promise<void> {
    const { head, collective } = this.#parts
    const { steps, state } = await agree(collective, () =>
      loadCheckpoint(folder, this, this.#store, head.stored),
    )
    await head.resume(steps, state)
  }

  /** Ends the threads; the collective stays open. */
  async dispose(): Promise<void> {
    await this.#parts.head.dispose()
  }

  async #run(
    batch: ShardedBatch,
    options: ShardedStepOptions,
    work: (rows: Rows, given: object) => Promise<Omit<ShardedResult, 'seconds'>>,
  ): Promise<ShardedResult> {
    const { collective, clock } = this.#parts
    const since = performance.now()
    clock.take()
    const rows = await gatherRows(collective, this, batch, options)
    const random = await sharedRandom(collective, this.loss, rows.batch.labels.length, options)
    const { reduction, training } = options
    const result = await work(rows, {
      parameters: rows.parameters,
      ...(rows.sampleWeights && { sampleWeights: rows.sampleWeights }),
      ...(reduction && { reduction }),
      ...(training !== undefined && { training }),
      ...(random && { random }),
    })
    const exchanging = clock.take()
    const computing = (performance.now() - since) / 1000 - exchanging
    const { loss, accuracy, state, gradients } = result
    return {
      loss,
      accuracy,
      state,
      gradients,
      losses: this.#own(result.losses, rows, 1),
      targetAngles: this.#own(result.targetAngles, rows, 1),
      seconds: { computing, exchanging },
    }
  }

  /** What belongs to this process's rows. */
  #own<T extends FloatArray>(values: T, { first, count }: Rows, width: number): T {
    return values.slice(first * width, (first + count) * width) as T
  }

  #sample({ batch: { labels } }: Rows, { sampleRate, random = Math.random }: ShardedStepOptions) {
    if (sampleRate === undefined) return undefined
    const { first, count } = this
    const own = labels.map((label) =>
      label >= first && label < first + count ? label - first : -1,
    )
    // A slice keeps at least one class.
    const rate = sampleRate > 0 ? Math.max(sampleRate, 1 / count) : sampleRate
    return samplePartialClasses(own, count, rate, random)
  }
}
