import { type Loss, ParameterError } from '@arcmargin/core'
import type { FloatArray, LossState } from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs-core'
import { DisposedError } from '../errors.js'
import { checkGpu, untilLost, watchedBackend } from '../gpu.js'
import { checkEmbeddings } from '../head/check.js'
import type { MarginLossOptions, StateVariables } from '../head/options.js'
import type { Labels } from '../head/plan.js'
import { marginLoss } from '../margin-loss.js'
import { cosineScores, type TopK, topK } from '../scores.js'
import { createState, readState } from '../state.js'
import { fromArtifacts, type HeadNumbers, handlerFor, toArtifacts } from './artifacts.js'
import { checkHead, type MarginHeadOptions } from './options.js'
import { clampParameters, createParameters, createWeights, toTensor } from './variables.js'

/** What may be said about one loss of a head; its state is its own. */
export type HeadLossOptions = Omit<MarginLossOptions, 'state'>

/**
 * The classification head of a margin loss: class weights, learnable loss parameters and the loss's state as variables.
 *
 * An optimiser moves {@link trainableWeights} when {@link loss} is minimised, together with the weights of whatever made the
 * embeddings. Dispose it when it is no longer needed.
 */
export class MarginHead {
  /** The loss. */
  readonly marginLoss: Loss
  /** C. */
  readonly classes: number
  /** D. */
  readonly dimension: number
  /** K. */
  readonly subCenters: number
  /** [C, D], or [C, K, D] with K > 1. */
  readonly classWeights: tf.Variable
  /** Loss parameters that are trained: scalars, and [C] per-class ones. */
  readonly parameters: Readonly<Record<string, tf.Variable>>
  /** What the loss remembers from step to step, as scalar variables. */
  readonly state: StateVariables
  readonly #fixed: Readonly<Record<string, number | FloatArray>>
  #home = watchedBackend()
  #copy: HeadNumbers | undefined
  #disposed = false

  /**
   * @param options see {@link MarginHeadOptions}.
   * @throws ParameterError, ShapeError, NonFiniteError before any tensor is made.
   */
  constructor(options: MarginHeadOptions) {
    const { trained, fixed } = checkHead(options)
    const { loss, classes, state } = options
    this.marginLoss = loss
    this.classes = classes
    this.dimension = options.dimension
    this.subCenters = options.subCenters ?? 1
    this.#fixed = fixed
    this.classWeights = createWeights(options)
    this.parameters = createParameters(trained)
    this.state = createState(loss, classes, state)
  }

  /**
   * A head that {@link save} stored.
   *
   * @param source a URL such as `localstorage://head`, `indexeddb://head` or `https://…/model.json`, or an IOHandler.
   * @throws ParameterError where nothing reads it, or where it is no head.
   */
  static async load(source: string | tf.io.IOHandler): Promise<MarginHead> {
    return new MarginHead(await fromArtifacts(await handlerFor(source, 'load').load()))
  }

  /** What an optimiser moves: the class weights, then the trained loss parameters. */
  get trainableWeights(): tf.Variable[] {
    return [this.classWeights, ...Object.values(this.parameters)]
  }

  /**
   * The loss of a batch; see `marginLoss`. In training the state moves on.
   *
   * @param embeddings [N, D] float32, raw.
   * @param labels [N]: the class of each row, or -1 to leave it out; an array or a tensor.
   * @returns a scalar, or [N] with reduction `none`.
   * @throws as `marginLoss`; DisposedError; ContextLostError.
   */
  loss(embeddings: tf.Tensor, labels: Labels, options: HeadLossOptions = {}): tf.Tensor {
    this.#check()
    checkEmbeddings(embeddings, this.dimension)
    return marginLoss(this.marginLoss, embeddings, this.classWeights, labels, {
      ...options,
      parameters: { ...this.#fixed, ...this.parameters, ...options.parameters },
      state: this.state,
    })
  }

  /**
   * Cosines without margin, for inference: the largest over the sub-centers of each class.
   *
   * @param embeddings [N, D] float32, raw.
   * @returns [N, C].
   */
  predict(embeddings: tf.Tensor): tf.Tensor2D {
    this.#check()
    return cosineScores(embeddings, this.classWeights)
  }

  /**
   * The k best classes of each row by cosine, streamed: no N×C array. Of equal cosines the smaller class comes first.
   *
   * @param embeddings [N, D] float32, raw.
   * @param k 1 to C.
   */
  topK(embeddings: tf.Tensor, k: number): TopK {
    this.#check()
    return topK(embeddings, this.classWeights, k)
  }

  /** Moves trained loss parameters back into the range that the loss allows, as some losses ask for after each step. */
  clampParameters(): void {
    this.#check()
    clampParameters({ loss: this.marginLoss }, this.parameters)
  }

  /** A copy of the class weights, [C, K, D]. */
  async readWeights(): Promise<Float32Array> {
    this.#check()
    return Float32Array.from(await untilLost(this.#home, this.classWeights.data()))
  }

  /** Keeps weights, parameters and state on the host, where a lost GPU does not reach them; see {@link recover}. */
  async sync(): Promise<void> {
    this.#copy = await this.#read()
  }

  /**
   * Puts what the last {@link sync} kept on the backend that is set now, e.g. after a lost context. The variables stay the same.
   *
   * @throws ParameterError where `sync` was never called; ContextLostError where the backend that is set has no GPU any more.
   */
  recover(): void {
    if (this.#disposed) throw new DisposedError()
    const copy = this.#copy
    if (!copy) {
      const allowed = 'recover after sync'
      throw new ParameterError('keeps nothing to recover from', { argument: 'head', allowed })
    }
    const home = watchedBackend()
    checkGpu(home)
    const put = (variable: tf.Variable, values: number | FloatArray): void => {
      tf.tidy(() => {
        const flat = typeof values === 'number' ? Float32Array.of(values) : values
        variable.assign(toTensor(flat, variable.shape))
      })
    }
    put(this.classWeights, copy.weights)
    for (const [name, variable] of Object.entries(this.parameters)) {
      put(variable, copy.parameters[name] as number | FloatArray)
    }
    for (const [name, variable] of Object.entries(this.state)) {
      put(variable, copy.state[name] as number)
    }
    this.#home = home
  }

  /**
   * Stores loss, class weights, parameters and state.
   *
   * @param target a URL such as `localstorage://head`, `indexeddb://head` or `downloads://head`, or an IOHandler.
   */
  async save(target: string | tf.io.IOHandler): Promise<tf.io.SaveResult> {
    const handler = handlerFor(target, 'save')
    const { marginLoss: loss, classes, dimension, subCenters } = this
    const trainableParameters = Object.keys(this.parameters)
    const topology = { loss, classes, dimension, subCenters, trainableParameters }
    return handler.save(await toArtifacts(topology, await this.#read()))
  }

  /** Releases every variable. The head cannot be used afterwards. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    tf.dispose([...this.trainableWeights, ...Object.values(this.state)])
  }

  async #read(): Promise<HeadNumbers> {
    this.#check()
    const read = async (variable: tf.Variable): Promise<Float32Array> =>
      Float32Array.from(await untilLost(this.#home, variable.data()))
    const weights = await read(this.classWeights)
    const trained: Record<string, number | FloatArray> = {}
    for (const [name, variable] of Object.entries(this.parameters)) {
      const values = await read(variable)
      trained[name] = variable.rank === 0 ? (values[0] as number) : values
    }
    const state: LossState = await untilLost(this.#home, readState(this.state))
    return { weights, parameters: { ...this.#fixed, ...trained }, state }
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError()
    checkGpu(this.#home)
    checkGpu(watchedBackend())
  }
}
