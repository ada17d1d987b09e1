import {
  type FloatArray,
  type HeadResult,
  type Loss,
  type LossState,
  ParameterError,
  ShapeError,
  type TopK,
} from '@arcmargin/core'
import { assemble, finish, prelude, prepare, type Step } from '@arcmargin/core/head'
import { WorkerError } from '../errors.js'
import { compileKernelsAsync } from '../kernel/compile.js'
import { doubleKernels } from '../kernel/doubles.js'
import { instantiate, type Kernel } from '../kernel/instance.js'
import { linearLogits } from '../step/linear.js'
import { cosineScores, topK } from '../step/scores.js'
import { panelsOf } from '../step/shape.js'
import { applyGradient } from './curved.js'
import { type FusedContext, fusedForward } from './fused.js'
import { createLane, laneBytes, type Pause } from './lane.js'
import { allocate, type HeadPlaces, placesOf } from './memory.js'
import { arraysOf, checkRate, type Update, updateOf } from './optimizer.js'
import {
  checkHead,
  type MarginHeadBatch,
  type MarginHeadOptions,
  refuseCurved,
  type StepOptions,
} from './options.js'
import { streamOf } from './source.js'
import { streamedCenters } from './streamed-centers.js'
import { startThread, type Thread } from './thread.js'

/** Whether memory can be shared between threads here. */
const canShare = (): boolean => typeof SharedArrayBuffer === 'function'

/** Lets timers and events run where a pass on this thread takes long, in ms. */
const breath = 50

/** What {@link MarginHead.create} has put together. */
interface Parts {
  readonly options: MarginHeadOptions
  readonly kernel: Kernel
  readonly places: HeadPlaces
  readonly threads: readonly Thread[]
  readonly context: FusedContext
  readonly notice: string | undefined
}

/** A forward pass that waits for its backward pass. */
interface Pending {
  readonly backward: () => Promise<HeadResult['gradients']>
}

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
  readonly #parts: Parts
  #state: LossState | undefined
  #steps = 0
  #pending: Pending | undefined
  #last: Promise<unknown> = Promise.resolve()
  #broken: unknown
  #disposed = false

  private constructor(parts: Parts) {
    const { options, threads, notice } = parts
    this.#parts = parts
    this.loss = options.loss
    this.classes = options.classes
    this.dimension = options.dimension
    this.subCenters = options.subCenters ?? 1
    this.threads = Math.max(1, threads.length)
    this.notice = notice
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
    const { classes, dimension, subCenters = 1, optimizer, source, signal } = options
    signal?.throwIfAborted()
    const asked = options.threads ?? 1
    const shared = asked > 1 && canShare()
    const arrays = arraysOf(optimizer)
    const values = classes * subCenters * dimension
    const places = placesOf(values, !source, arrays.length, !optimizer)
    const staged = source ? 1 + arrays.length : 1
    // Room for a batch as large as the dimension; larger ones make the memory grow.
    const panels = panelsOf({ rows: dimension, dimension, subCenters, columns: classes })
    const memory = allocate(places.workspace + laneBytes(panels, staged, places, 0), shared)
    const module = await compileKernelsAsync(shared)
    const kernel = instantiate(module, memory)
    const threads: Thread[] = []
    try {
      if (shared) {
        const start = { module, memory, stop: places.stop }
        const started = await Promise.allSettled(
          Array.from({ length: asked }, () => startThread(start)),
        )
        for (const one of started) if (one.status === 'fulfilled') threads.push(one.value)
        for (const one of started) if (one.status === 'rejected') throw one.reason
      }
      signal?.throwIfAborted()
      const stream =
        source && streamOf(kernel, source, ['weights', ...arrays], subCenters, dimension)
      const context: FusedContext = {
        kernel,
        lanes: shared ? threads : [createLane(kernel, stream)],
        arrays: places,
        workspace: places.workspace,
        staged,
        cosineBudget: options.cosineBudget ?? 1 << 25,
      }
      const notice =
        asked > 1 && !shared
          ? 'one thread: SharedArrayBuffer is missing; a page has it when it is cross-origin isolated'
          : undefined
      const head = new MarginHead({ options, kernel, places, threads, context, notice })
      if (options.weights) head.#fill(options.weights)
      return head
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.close()))
      throw error
    }
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
    return this.#queue(() => this.#forward(batch, options))
  }

  /**
   * Gradients of the last {@link forward}, once. With an optimiser the class weights change; without one their gradient is
   * returned, a view that the next step overwrites.
   */
  backward(): Promise<HeadResult['gradients']> {
    return this.#queue(() => this.#backward())
  }

  /** {@link forward} and {@link backward} in one. */
  step(batch: MarginHeadBatch, options: StepOptions = {}): Promise<HeadResult> {
    return this.#queue(async () => {
      const result = await this.#forward(batch, options)
      return { ...result, gradients: await this.#backward() }
    })
  }

  /** Cosines without margin, [N, C]. */
  predict(embeddings: FloatArray): Promise<Float64Array> {
    return this.#queue(async () => cosineScores(this.#scored(embeddings)))
  }

  /** The k best classes of each row by cosine, without an N×C array. */
  topK(embeddings: FloatArray, k: number): Promise<TopK> {
    return this.#queue(async () => topK(this.#scored(embeddings), k))
  }

  /** A copy of the class weights, [C, K, D]. */
  readWeights(): Promise<Float32Array> {
    return this.#queue(async () => this.#weights().slice())
  }

  /** Replaces the class weights, [C, K, D]; the optimiser starts anew. */
  load(weights: FloatArray): Promise<void> {
    return this.#queue(async () => {
      const { length } = this.#weights()
      if (weights.length !== length) {
        throw new ShapeError(`has ${weights.length} values`, {
          argument: 'weights',
          allowed: `${length}`,
        })
      }
      this.#fill(weights)
      for (const address of this.#parts.places.slots) this.#floats(address, length).fill(0)
      this.#steps = 0
      this.#pending = undefined
    })
  }

  /** Ends the threads. Every later call is refused; calls that wait are rejected. */
  async dispose(): Promise<void> {
    this.#disposed = true
    this.#pending = undefined
    await Promise.all(this.#parts.threads.map((thread) => thread.close()))
  }

  #floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#parts.kernel.memory.buffer, address, length)
  }

  #weights(): Float32Array {
    const { weights } = this.#parts.places
    if (weights !== undefined) {
      return this.#floats(weights, this.classes * this.subCenters * this.dimension)
    }
    throw new ParameterError('holds the class weights: read them there', { argument: 'source' })
  }

  #fill(weights: NonNullable<MarginHeadOptions['weights']>): void {
    const all = this.#weights()
    if (typeof weights !== 'function') {
      all.set(weights)
      return
    }
    const rows = Math.max(1, Math.floor((1 << 20) / this.dimension))
    for (let first = 0; first * this.dimension < all.length; first += rows) {
      const target = all.subarray(first * this.dimension, (first + rows) * this.dimension)
      weights(first, target)
    }
  }

  #scored(embeddings: FloatArray) {
    const { dimension, subCenters } = this
    return { embeddings, classWeights: this.#weights(), dimension, subCenters }
  }

  /** One call at a time. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      if (this.#disposed) throw new Error('the head has been disposed of')
      if (this.#broken !== undefined) throw this.#broken
      return work()
    }
    const next = this.#last.then(run, run)
    this.#last = next
    return next
  }

  async #prepare(batch: MarginHeadBatch, options: StepOptions): Promise<Step> {
    const { parameterGradients, learningRate: _, signal: __, ...rest } = options
    const { source } = this.#parts.options
    const { loss, dimension, subCenters } = this
    const parameters = parameterGradients ? { parameters: parameterGradients } : {}
    const coreOptions = {
      ...rest,
      gradients: { embeddings: true, ...parameters },
      ...(this.#state ? { state: this.#state } : {}),
    }
    if (!source) {
      const whole = { ...batch, classWeights: this.#weights(), dimension, subCenters }
      return prepare(loss, whole, coreOptions, doubleKernels)
    }
    if (rest.classSubset) {
      throw new ParameterError('does not go with a source', { argument: 'classSubset' })
    }
    const centers = await streamedCenters(source, this, batch.labels)
    const whole = { ...batch, classWeights: new Float32Array(0), dimension, subCenters }
    return prepare(loss, whole, coreOptions, doubleKernels, centers)
  }

  async #forward(batch: MarginHeadBatch, options: StepOptions): Promise<HeadResult> {
    const { signal, learningRate } = options
    const { options: made, context } = this.#parts
    signal?.throwIfAborted()
    if (learningRate !== undefined) checkRate(learningRate)
    this.#pending = undefined
    const step = await this.#prepare(batch, options)
    const state = prelude(step, options)
    const linear = linearLogits(step)
    const update =
      made.optimizer &&
      updateOf(made.optimizer, this.#steps + 1, learningRate ?? made.optimizer.learningRate)
    if (!linear) {
      if (made.source) return refuseCurved(this.loss)
      return this.#curvedForward(step, state, options, update)
    }
    const forward = await this.#stoppable(signal, (pause) =>
      fusedForward(context, step, linear, options.classSubset, pause),
    )
    const { accuracy, reduced } = forward.reduction
    this.#pending = {
      backward: async () => {
        const gradients = await this.#guarded(() => forward.backward(update, true))
        this.#commit(state)
        return update ? gradients : { ...gradients, classWeights: this.#gradient(step) }
      },
    }
    return assemble(step, state, { accuracy }, reduced, { parameters: {} })
  }

  /** A loss that core evaluates entry by entry, on the calling thread, with the whole gradient. */
  #curvedForward(
    step: Step,
    state: LossState,
    options: StepOptions,
    update: Update | undefined,
  ): HeadResult {
    const { places } = this.#parts
    const classWeights =
      places.gradient === undefined ? new Float32Array(step.centers.length) : this.#gradient(step)
    const buffers = { ...step.buffers, classWeights }
    const result = finish({ ...step, buffers }, state, options)
    this.#pending = {
      backward: async () => {
        if (update) this.#apply(update, classWeights, options.classSubset)
        this.#commit(state)
        const { embeddings, parameters } = result.gradients
        return update ? { ...(embeddings && { embeddings }), parameters } : result.gradients
      },
    }
    return { ...result, gradients: { parameters: {} } }
  }

  #apply(update: Update, gradient: FloatArray, subset: ArrayLike<number> | undefined): void {
    const { kernel, places } = this.#parts
    applyGradient(kernel, places, update, gradient, this.subCenters * this.dimension, subset)
  }

  async #backward(): Promise<HeadResult['gradients']> {
    const pending = this.#pending
    this.#pending = undefined
    if (pending) return pending.backward()
    throw new Error('backward needs a forward before it, and takes it once')
  }

  /** The gradient of the columns that took part. */
  #gradient({ centers }: Step): Float32Array {
    return this.#floats(this.#parts.places.gradient as number, centers.length)
  }

  #commit(state: LossState): void {
    this.#state = state
    this.#steps++
  }

  /** After a thread has failed nobody knows what it wrote: the head is refused from then on. */
  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof WorkerError) this.#broken = error
      throw error
    }
  }

  /** Runs a forward pass that a signal can stop, on this thread or on others. */
  async #stoppable<T>(
    signal: AbortSignal | undefined,
    work: (pause: Pause) => Promise<T>,
  ): Promise<T> {
    const { kernel, places } = this.#parts
    const word = new Int32Array(kernel.memory.buffer, places.stop, 1)
    const stop = (): void => {
      Atomics.store(word, 0, 1)
    }
    let rested = performance.now()
    const pause = (): void | Promise<void> => {
      signal?.throwIfAborted()
      if (this.#disposed) throw new Error('the head has been disposed of')
      if (performance.now() - rested < breath) return
      return new Promise((resolve) =>
        setTimeout(() => {
          rested = performance.now()
          resolve()
        }),
      )
    }
    Atomics.store(word, 0, 0)
    signal?.addEventListener('abort', stop)
    try {
      signal?.throwIfAborted()
      const result = await work(pause)
      signal?.throwIfAborted()
      return result
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof WorkerError) this.#broken = error
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }
}
