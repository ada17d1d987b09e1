import { ArcmarginError, type Loss, ParameterError } from '@arcmargin/core'
import { gradientNames } from '@arcmargin/core/backend'
import { initialState, type LossState, type TopK } from '@arcmargin/core/head'
import { download } from '../device/transfer.js'
import { DestroyedError, DeviceLostError, FeatureError, LimitError } from '../errors.js'
import { hyperValues, momentCount, type Optimizer } from '../stages/optimizer.js'
import type { Batch, GradientOptions, GradientResult, PassOptions, PassResult } from './batch.js'
import { createDesign } from './design.js'
import { Engine, type EngineOptions, type Mode, type Recorded } from './engine.js'
import { mostClasses } from './inputs.js'
import { findFault, parameterGradients, passResult } from './result.js'
import { type ScoreOptions, scoreAll, scoreTop } from './scores.js'
import { type WeightShape, weightBytes } from './shards.js'
import type { TileStorage, Tiles } from './tiles.js'
import { downloadClasses, type StoredArray, uploadClasses } from './weights.js'

/** How a head is made. */
export interface HeadShape {
  /** C. */
  readonly classes: number
  /** D. */
  readonly dimension: number
  /** K, sub-centers a class. Default 1. */
  readonly subCenters?: number
  /**
   * How class weights are stored. Default float32. float16 halves their memory where the device has the feature `shader-f16`; sums and the
   * optimiser's arrays stay float32, but a step that moves a weight by less than its 2000th part is rounded away.
   */
  readonly weightType?: 'float32' | 'float16'
  /** Needed for `step`. */
  readonly optimizer?: Optimizer
  /** Parameters whose gradients `backward` and `step` return. Default: the loss's learnable ones. */
  readonly parameterGradients?: readonly string[]
  /** Bytes of cosines that may exist at a time. Default 32 MiB. */
  readonly cosineBudget?: number
  /** Vectors whose cosines are made at a time where not all of them are kept. Default 8192. */
  readonly chunkVectors?: number
  /** Classes that share a buffer at most. Default: what the device's limits allow. */
  readonly shardClasses?: number
  /** Tiles of the products. Default: where a pass is long enough to pay for it, its first one measures which are fastest on the device. */
  readonly tiles?: Partial<Tiles>
  /** Keeps measured tiles from visit to visit; `localStorage` does. Default: they are kept in memory. */
  readonly tileStorage?: TileStorage
  /** Bytes that weights and optimiser may take; more is refused before anything is allocated. Default: no limit. */
  readonly memoryLimit?: number
}

/** A pass that was recorded into an encoder of the caller's. */
export interface Pending<Result> {
  /** The results; call once, after the encoder was submitted. */
  read(): Promise<Result>
}

/** What `sync` keeps on the host. */
interface Snapshot {
  readonly weights: Float32Array
  readonly moments: readonly Float32Array[]
  readonly state: LossState
  readonly steps: number
}

const checkCount = (argument: string, value: number, most = Number.MAX_SAFE_INTEGER): void => {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new ParameterError('is out of range', {
    argument,
    value,
    allowed: `a whole number from 1 to ${most}`,
  })
}

/**
 * Class weights of a margin head on a GPU, with the loss, its gradients and the optimiser as WGSL kernels: normalize → cosine → margin →
 * reduce → backward over blocks of classes. N×C numbers exist only within `cosineBudget`. Results are the same bits from run to run.
 */
export class MarginHead {
  readonly #options: EngineOptions
  readonly #shape: WeightShape
  #engine: Engine
  #state: LossState
  #steps = 0
  #lost: string | undefined
  #destroyed = false
  #snapshot: Snapshot | undefined

  private constructor(options: EngineOptions, engine: Engine) {
    this.#options = options
    this.#shape = options.shape
    this.#engine = engine
    this.#state = initialState(options.design.loss, options.shape.classes)
    engine.writeState(this.#state)
    this.#watch(engine.device)
  }

  /**
   * A head with weights 0; give it weights with {@link load}.
   *
   * @param device of a WebGPU adapter. The default limits suffice; larger ones mean fewer buffers. With the feature `subgroups` it is faster.
   * @param loss any loss of core, a `defineLoss` of one's own too.
   * @throws ParameterError; FeatureError; LimitError before anything is allocated; OutOfMemoryError; ShaderError.
   */
  static async create(device: GPUDevice, loss: Loss, shape: HeadShape): Promise<MarginHead> {
    const { classes, dimension, subCenters = 1, optimizer, memoryLimit } = shape
    const half = shape.weightType === 'float16'
    if (half && !device.features.has('shader-f16')) throw new FeatureError('shader-f16')
    checkCount('classes', classes, mostClasses)
    checkCount('dimension', dimension)
    checkCount('subCenters', subCenters)
    const design = createDesign(loss, dimension, subCenters, [])
    const names = gradientNames(loss, design.resolved, shape.parameterGradients)
    const weights: WeightShape = { classes, dimension, subCenters, quads: design.quads, half }
    const bytes = weightBytes(weights, optimizer ? momentCount(optimizer) : 0)
    if (memoryLimit !== undefined && bytes > memoryLimit) {
      throw new LimitError('bytes of weights and optimiser', bytes, memoryLimit)
    }
    const options: EngineOptions = {
      design: createDesign(loss, dimension, subCenters, names, half),
      shape: weights,
      optimizer,
      tiles: shape.tiles ?? {},
      cosineBudget: shape.cosineBudget ?? 1 << 25,
      chunkVectors: shape.chunkVectors ?? 8192,
      ...(shape.tileStorage === undefined ? {} : { tileStorage: shape.tileStorage }),
      ...(shape.shardClasses === undefined ? {} : { shardClasses: shape.shardClasses }),
    }
    return new MarginHead(options, await Engine.create(device, options))
  }

  /** The device that the head lives on. */
  get device(): GPUDevice {
    return this.#engine.device
  }

  /** Bytes and buffers that the head holds on the device now, and the most bytes it held. */
  get memory(): { readonly bytes: number; readonly peak: number; readonly buffers: number } {
    const { bytes, peak, count } = this.#engine.memory
    return { bytes, peak, buffers: count }
  }

  /** The loss and what it means for a batch; weights and gradients are left alone. */
  async forward(batch: Batch, options: PassOptions = {}): Promise<PassResult> {
    return (await this.#submit('forward', batch, options)).read()
  }

  /** The loss and its gradients by embeddings, class weights and parameters. */
  async backward(
    batch: Batch,
    options: PassOptions & GradientOptions = {},
  ): Promise<GradientResult> {
    return (await this.#submit('backward', batch, options)).read()
  }

  /**
   * The loss, its gradients by embeddings and parameters, and one step of the optimiser on the class weights, in one pass: the gradient by
   * the weights is never stored. A batch that is not finite throws and changes nothing.
   */
  async step(
    batch: Batch,
    options: PassOptions & GradientOptions & { readonly learningRate: number },
  ): Promise<GradientResult> {
    return (await this.#submit('step', batch, options)).read()
  }

  /**
   * Records a pass into an encoder of the caller's. A larger batch than any before may replace buffers: record the largest first.
   *
   * @param learningRate needed for `step`.
   */
  async record(
    encoder: GPUCommandEncoder,
    mode: Mode,
    batch: Batch,
    options: PassOptions & GradientOptions & { readonly learningRate?: number } = {},
  ): Promise<Pending<GradientResult>> {
    this.#check()
    const recorded = await this.#guard(() =>
      this.#engine.record(
        encoder,
        mode,
        batch,
        options,
        this.#state,
        mode === 'step' ? this.#hyper(options.learningRate) : {},
      ),
    )
    if (mode === 'step') this.#steps++
    return { read: () => this.#guard(() => this.#read(mode, recorded)) }
  }

  /**
   * Cosines without margin, [N, C]: the largest over the sub-centers of each class. The device holds those of a block of classes at a time;
   * with many classes {@link topK} spares the host the whole.
   *
   * @param embeddings [N, D] values, or a buffer on the head's device (usage STORAGE).
   */
  async predict(
    embeddings: Float32Array | GPUBuffer,
    options: ScoreOptions = {},
  ): Promise<Float32Array> {
    this.#check()
    return this.#guard(() => scoreAll(this.#engine, embeddings, options))
  }

  /**
   * The k best classes of each row by cosine, best first, streamed: no N×C array anywhere. Of equal cosines the smaller class comes first.
   *
   * @param embeddings [N, D] values, or a buffer on the head's device (usage STORAGE).
   * @param k 1 to C.
   */
  async topK(
    embeddings: Float32Array | GPUBuffer,
    k: number,
    options: ScoreOptions = {},
  ): Promise<TopK> {
    this.#check()
    return this.#guard(() => scoreTop(this.#engine, embeddings, k, options))
  }

  /** Writes class weights [count, K, D] from class `firstClass` on. */
  load(weights: Float32Array, firstClass = 0): void {
    this.#check()
    uploadClasses(this.device, this.#engine.shards, this.#shape, weights, firstClass, this.#weights)
  }

  /** Reads class weights [classCount, K, D]; in blocks where there is not enough memory for all of them. */
  async readWeights(
    firstClass = 0,
    classCount: number = this.#shape.classes - firstClass,
  ): Promise<Float32Array> {
    this.#check()
    return this.#guard(() => this.#download(firstClass, classCount, this.#weights))
  }

  /** Keeps weights, optimiser and state on the host, for {@link recover}. */
  async sync(): Promise<void> {
    this.#check()
    const { classes } = this.#shape
    const { optimizer } = this.#options
    this.#snapshot = await this.#guard(async () => {
      const moments: Float32Array[] = []
      for (let index = 0; index < (optimizer ? momentCount(optimizer) : 0); index++) {
        moments.push(await this.#download(0, classes, momentsOf(index)))
      }
      const weights = await this.#download(0, classes, this.#weights)
      return { weights, moments, state: await this.#readState(), steps: this.#steps }
    })
  }

  /** Goes on with another device from what the last {@link sync} kept. */
  async recover(device: GPUDevice): Promise<void> {
    if (this.#destroyed) throw new DestroyedError()
    const snapshot = this.#snapshot
    if (!snapshot) {
      throw new ParameterError('keeps nothing to recover from', {
        argument: 'head',
        allowed: 'recover after sync',
      })
    }
    const engine = await Engine.create(device, this.#options)
    this.#engine.memory.releaseAll()
    this.#engine = engine
    this.#lost = undefined
    this.#watch(device)
    const { weights, moments, state, steps } = snapshot
    uploadClasses(device, engine.shards, this.#shape, weights, 0, this.#weights)
    moments.forEach((values, index) => {
      uploadClasses(device, engine.shards, this.#shape, values, 0, momentsOf(index))
    })
    this.#state = state
    this.#steps = steps
    engine.writeState(state)
  }

  /** Releases every buffer. The device stays. */
  destroy(): void {
    this.#destroyed = true
    this.#engine.memory.releaseAll()
  }

  async #submit(
    mode: Mode,
    batch: Batch,
    options: PassOptions & GradientOptions & { readonly learningRate?: number },
  ): Promise<Pending<GradientResult>> {
    this.#check()
    const encoder = this.device.createCommandEncoder()
    const pending = await this.record(encoder, mode, batch, options)
    this.device.queue.submit([encoder.finish()])
    return pending
  }

  async #read(mode: Mode, recorded: Recorded): Promise<GradientResult> {
    const { design } = this.#options
    const readback = await recorded.take()
    const fault = findFault(design, readback.flags)
    if (fault) {
      // The device has moved the state on already, and this pass was counted.
      this.#engine.writeState(this.#state)
      if (mode === 'step') this.#steps--
      throw fault
    }
    const result = passResult(design, recorded.inputs, readback)
    this.#state = result.state
    if (mode === 'forward') return { ...result, gradients: { parameters: {} } }
    const classWeights =
      recorded.gradients.length > 0
        ? await download(this.device, this.#engine.memory, recorded.gradients)
        : undefined
    return {
      ...result,
      gradients: {
        ...(readback.embeddings ? { embeddings: readback.embeddings } : {}),
        ...(classWeights ? { classWeights } : {}),
        parameters: parameterGradients(design, recorded.inputs, readback),
      },
    }
  }

  #hyper(rate: number | undefined): Readonly<Record<string, number>> {
    const { optimizer } = this.#options
    if (!optimizer) {
      throw new ParameterError('is missing', {
        argument: 'optimizer',
        allowed: "given to create: { type: 'sgd' } or { type: 'adamw' }",
      })
    }
    if (rate === undefined || !(rate >= 0 && rate < Number.POSITIVE_INFINITY)) {
      throw new ParameterError('is out of range', {
        argument: 'learningRate',
        value: rate,
        allowed: 'a finite number, at least 0',
      })
    }
    return hyperValues(optimizer, rate, this.#steps + 1)
  }

  get #weights(): StoredArray {
    return { half: this.#shape.half, buffer: ({ weights }) => weights }
  }

  #download(first: number, count: number, array: StoredArray): Promise<Float32Array> {
    const { memory, shards } = this.#engine
    return downloadClasses(this.device, memory, shards, this.#shape, first, count, array)
  }

  async #readState(): Promise<LossState> {
    const names = Object.keys(this.#options.design.resolved.state)
    if (names.length === 0) return {}
    const values = await download(this.device, this.#engine.memory, [this.#engine.stateStretch])
    return Object.fromEntries(names.map((name, index) => [name, values[index] as number]))
  }

  #watch(device: GPUDevice): void {
    void device.lost.then(({ reason, message }) => {
      if (this.#engine.device === device) this.#lost = `${reason}: ${message}`
    })
  }

  #check(): void {
    if (this.#destroyed) throw new DestroyedError()
    if (this.#lost !== undefined) throw new DeviceLostError(this.#lost)
  }

  /** Turns what fails because the device went away into an error that says so. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      // The news of the loss may arrive after the failure that it causes; in browsers some time after.
      if (!(error instanceof ArcmarginError)) {
        await Promise.race([this.device.lost, new Promise((done) => setTimeout(done, newsDelay))])
      }
      if (this.#lost !== undefined) throw new DeviceLostError(this.#lost)
      throw error
    }
  }
}

/** Milliseconds that the news of a lost device may take. */
const newsDelay = 500

const momentsOf = (index: number): StoredArray => ({
  half: false,
  buffer: ({ moments }) => moments[index] as GPUBuffer,
})
