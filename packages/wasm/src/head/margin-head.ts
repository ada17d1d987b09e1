import {
  type FloatArray,
  type HeadResult,
  type Loss,
  type LossState,
  ParameterError,
  ShapeError,
  type TopK,
} from '@arcmargin/core'
import { assemble, checkState, finish, prelude, Scratch, type Step } from '@arcmargin/core/head'
import { WorkerError } from '../errors.js'
import { compileKernelsAsync } from '../kernel/compile.js'
import { instantiate, type Kernel } from '../kernel/instance.js'
import { linearLogits } from '../step/linear.js'
import { cosineScores, topK } from '../step/scores.js'
import { panelsOf } from '../step/shape.js'
import { HeadArrays } from './arrays.js'
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
import { prepareStep } from './prepare-step.js'
import { type StoredArray, streamOf } from './source.js'
import { stoppable } from './stoppable.js'
import { startThread, type Thread } from './thread.js'

/** Whether memory can be shared between threads here. */
const canShare = (): boolean => typeof SharedArrayBuffer === 'function'

/** What {@link MarginHead.create} has put together. */
interface Parts {
  readonly options: MarginHeadOptions
  readonly kernel: Kernel
  readonly places: HeadPlaces
  readonly threads: readonly Thread[]
  readonly context: FusedContext
  readonly notice: string | undefined
}

/** The backward pass that a forward pass waits for. */
type Pending = () => Promise<HeadResult['gradients']>

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
  readonly #arrays: HeadArrays
  readonly #scratch = new Scratch()
  #state: LossState | undefined
  #steps = 0
  #pending: Pending | undefined
  #last: Promise<unknown> = Promise.resolve()
  #broken: unknown
  #disposed = false

  private constructor(parts: Parts) {
    const { options, threads, notice, kernel, places } = parts
    this.#parts = parts
    this.loss = options.loss
    this.classes = options.classes
    this.dimension = options.dimension
    this.subCenters = options.subCenters ?? 1
    this.threads = Math.max(1, threads.length)
    const size = this.subCenters * this.dimension
    this.#arrays = new HeadArrays(kernel, places, options.optimizer, this.classes, size)
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
      if (options.weights) head.#arrays.fill(options.weights, dimension)
      return head
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.close()))
      throw error
    }
  }

  /** Steps of the optimiser so far. */
  get steps(): number {
    return this.#steps
  }

  /** What {@link read} and {@link write} know: the class weights and what the optimiser keeps beside them. */
  get stored(): readonly StoredArray[] {
    return this.#arrays.names
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
    return this.#queue(async () => this.#arrays.view(array, first, count).slice())
  }

  /** Replaces the class weights, [C, K, D]; the optimiser starts anew. */
  load(weights: FloatArray): Promise<void> {
    return this.#queue(async () => {
      const { length } = this.#arrays.view('weights')
      if (weights.length !== length) {
        throw new ShapeError(`has ${weights.length} values`, {
          argument: 'weights',
          allowed: `${length}`,
        })
      }
      this.#arrays.write('weights', weights)
      this.#arrays.forget()
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
    return this.#queue(async () => {
      this.#arrays.write(array, values, first)
      this.#pending = undefined
    })
  }

  /** Goes on after that many steps, with the state that the loss had then. */
  resume(steps: number, state?: LossState): Promise<void> {
    return this.#queue(async () => {
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
    this.#disposed = true
    this.#pending = undefined
    await Promise.all(this.#parts.threads.map((thread) => thread.close()))
  }

  #scored(embeddings: FloatArray) {
    const { dimension, subCenters } = this
    return { embeddings, classWeights: this.#arrays.view('weights'), dimension, subCenters }
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

  #prepare(batch: MarginHeadBatch, options: StepOptions): Promise<Step> {
    const { source, shard } = this.#parts.options
    const { loss, classes, dimension, subCenters } = this
    const weights = source ?? this.#arrays.view('weights')
    return prepareStep(
      { loss, classes, dimension, subCenters, weights, shard, state: this.#state },
      batch,
      options,
      this.#scratch,
    )
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
    this.#pending = async () => {
      const gradients = await this.#guarded(() => forward.backward(update, true))
      this.#commit(state)
      return update ? gradients : { ...gradients, classWeights: this.#gradient(step) }
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
    this.#pending = async () => {
      if (update) this.#apply(update, classWeights, options.classSubset)
      this.#commit(state)
      const { embeddings, parameters } = result.gradients
      return update ? { ...(embeddings && { embeddings }), parameters } : result.gradients
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
    if (pending) return pending()
    throw new Error('backward needs a forward before it, and takes it once')
  }

  /** The gradient of the columns that took part. */
  #gradient({ centers }: Step): Float32Array {
    return this.#arrays.floats(this.#parts.places.gradient as number, centers.length)
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

  /** Runs a forward pass that a signal or the head's end can stop. */
  async #stoppable<T>(
    signal: AbortSignal | undefined,
    work: (pause: Pause) => Promise<T>,
  ): Promise<T> {
    const { kernel, places } = this.#parts
    const check = (): void => {
      if (this.#disposed) throw new Error('the head has been disposed of')
    }
    try {
      return await stoppable(
        new Int32Array(kernel.memory.buffer, places.stop, 1),
        signal,
        check,
        work,
      )
    } catch (error) {
      if (error instanceof WorkerError) this.#broken = error
      throw error
    }
  }
}
