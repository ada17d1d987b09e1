import { type Loss, ParameterError, ShapeError } from '@arcmargin/core'
import { checkState, prelude, Scratch, type Step } from '@arcmargin/core/backend'
import type { FloatArray, HeadResult, LossState, TopK } from '@arcmargin/core/head'
import { cosineScores, topK } from '../step/scores.js'
import { Calls } from './calls.js'
import { type Forward, runForward } from './forward.js'
import { checkRate, updateOf } from './optimizer.js'
import {
  checkHead,
  type MarginHeadBatch,
  type MarginHeadOptions,
  type StepOptions,
} from './options.js'
import { prepareStep } from './prepare-step.js'
import { closeAll, type Parts, setUp } from './set-up.js'
import type { StoredArray } from './source.js'

/**
 * A training head that keeps its class weights: in WebAssembly memory shared by several threads, or in a source that is streamed.
 * With an optimiser the weights are changed while their gradient is at hand, and the gradient as a whole never exists.
 */
export class MarginHead {
  readonly loss: Loss
  readonly classes: number
  readonly dimension: number
  readonly subCenters: number
  /** Threads at work. */
  readonly threads: number
  /** Why there are fewer threads than asked for. */
  readonly notice: string | undefined
  readonly #options: MarginHeadOptions
  readonly #parts: Parts
  readonly #calls = new Calls()
  readonly #scratch = new Scratch()
  #state: LossState | undefined
  #steps = 0
  #pending: Forward['backward'] | undefined

  private constructor(options: MarginHeadOptions, parts: Parts) {
    this.#options = options
    this.#parts = parts
    this.loss = options.loss
    this.classes = options.classes
    this.dimension = options.dimension
    this.subCenters = options.subCenters ?? 1
    this.threads = Math.max(1, parts.threads.length)
    this.notice = parts.notice
    this.#state = options.state
  }

  /**
   * Sets a head up.
   *
   * @throws ParameterError, ShapeError for what does not fit together; MemoryError for more than 4 GiB, before anything is
   * allocated; WebAssemblyUnavailableError; WorkerError where threads do not start.
   */
  static async create(options: MarginHeadOptions): Promise<MarginHead> {
    checkHead(options)
    return new MarginHead(options, await setUp(options))
  }

  /** Steps of the optimiser so far. */
  get steps(): number {
    return this.#steps
  }

  /** What {@link read} and {@link write} know: the class weights and what the optimiser keeps beside them. */
  get stored(): readonly StoredArray[] {
    return this.#parts.arrays.names
  }

  /** State of the loss after the last step; store it beside the weights. */
  get state(): LossState | undefined {
    return this.#state
  }

  /**
   * Loss, accuracy and angles of a batch; what {@link backward} needs is kept until the next call.
   *
   * @throws as core's `marginLoss`, before anything is changed; WorkerError; the signal's reason.
   */
  forward(batch: MarginHeadBatch, options: StepOptions = {}): Promise<HeadResult> {
    return this.#calls.queue(() => this.#forward(batch, options))
  }

  /**
   * Gradients of the last {@link forward}, once. With an optimiser the class weights change; without one their gradient is
   * returned, a view that the next step overwrites.
   */
  backward(): Promise<HeadResult['gradients']> {
    return this.#calls.queue(() => this.#backward())
  }

  /** {@link forward} and {@link backward} in one. */
  step(batch: MarginHeadBatch, options: StepOptions = {}): Promise<HeadResult> {
    return this.#calls.queue(async () => {
      const result = await this.#forward(batch, options)
      return { ...result, gradients: await this.#backward() }
    })
  }

  /** Cosines without margin, [N, C]. */
  predict(embeddings: FloatArray): Promise<Float64Array> {
    return this.#calls.queue(async () => cosineScores(this.#scored(embeddings)))
  }

  /** The k best classes of each row by cosine, without an N×C array. */
  topK(embeddings: FloatArray, k: number): Promise<TopK> {
    return this.#calls.queue(async () => topK(this.#scored(embeddings), k))
  }

  /** A copy of the class weights, [C, K, D]. */
  readWeights(): Promise<Float32Array> {
    return this.read('weights')
  }

  /**
   * A copy of the class weights or of what the optimiser keeps, [count, K, D].
   *
   * @param first class to start with.
   * @param count classes; all the rest when left out.
   * @throws ParameterError for what is not held.
   */
  read(array: StoredArray, first?: number, count?: number): Promise<Float32Array> {
    return this.#calls.queue(async () => this.#parts.arrays.view(array, first, count).slice())
  }

  /** Replaces the class weights, [C, K, D]; the optimiser starts anew. */
  load(weights: FloatArray): Promise<void> {
    return this.#calls.queue(async () => {
      const { length } = this.#parts.arrays.view('weights')
      if (weights.length !== length) {
        throw new ShapeError(`has ${weights.length} values`, {
          argument: 'weights',
          allowed: `${length}`,
        })
      }
      this.#parts.arrays.write('weights', weights)
      this.#parts.arrays.forget()
      this.#steps = 0
      this.#pending = undefined
    })
  }

  /**
   * Puts back what {@link read} returned, from class `first` on; the optimiser goes on. With {@link resume}, a head continues
   * from a checkpoint.
   *
   * @throws ParameterError, ShapeError for what does not fit.
   */
  write(array: StoredArray, values: FloatArray, first?: number): Promise<void> {
    return this.#calls.queue(async () => {
      this.#parts.arrays.write(array, values, first)
      this.#pending = undefined
    })
  }

  /** Goes on after that many steps, with the state that the loss had then. */
  resume(steps: number, state?: LossState): Promise<void> {
    return this.#calls.queue(async () => {
      if (!Number.isInteger(steps) || steps < 0) {
        const details = { argument: 'steps', value: steps, allowed: 'a whole number, at least 0' }
        throw new ParameterError('is out of range', details)
      }
      if (state) checkState(this.loss, state)
      this.#steps = steps
      this.#state = state
      this.#pending = undefined
    })
  }

  /** Ends the threads. Every later call is refused; calls that wait are rejected. */
  async dispose(): Promise<void> {
    this.#calls.end()
    this.#pending = undefined
    await closeAll(this.#parts.threads)
  }

  #scored(embeddings: FloatArray) {
    const { dimension, subCenters } = this
    return { embeddings, classWeights: this.#parts.arrays.view('weights'), dimension, subCenters }
  }

  #prepare(batch: MarginHeadBatch, options: StepOptions): Promise<Step> {
    const { source, shard } = this.#options
    const { loss, classes, dimension, subCenters } = this
    const weights = source ?? this.#parts.arrays.view('weights')
    return prepareStep(
      { loss, classes, dimension, subCenters, weights, shard, state: this.#state },
      batch,
      options,
      this.#scratch,
    )
  }

  async #forward(batch: MarginHeadBatch, options: StepOptions): Promise<HeadResult> {
    const { optimizer } = this.#options
    const { signal, learningRate } = options
    signal?.throwIfAborted()
    if (learningRate !== undefined) checkRate(learningRate)
    this.#pending = undefined
    const step = await this.#prepare(batch, options)
    const state = prelude(step, options)
    const update =
      optimizer && updateOf(optimizer, this.#steps + 1, learningRate ?? optimizer.learningRate)
    const ready = { step, state, options, update }
    const { result, backward } = await runForward(this.#parts, ready, () => this.#calls.check())
    this.#pending = async () => {
      const gradients = await backward()
      this.#state = state
      this.#steps++
      return gradients
    }
    return result
  }

  async #backward(): Promise<HeadResult['gradients']> {
    const pending = this.#pending
    this.#pending = undefined
    if (pending) return pending()
    throw new Error('backward needs a forward before it, and takes it once')
  }
}
