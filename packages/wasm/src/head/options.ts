import { type Loss, ParameterError, ShapeError } from '@arcmargin/core'
import { checkKnown, checkState, resolveLoss, type Shard } from '@arcmargin/core/backend'
import type { FloatArray, HeadOptions, LossState } from '@arcmargin/core/head'
import { checkOptimizer, type Optimizer } from './optimizer.js'
import type { WeightSource } from './source.js'

/** What a head is made of. */
export interface MarginHeadOptions {
  /** Any loss. */
  readonly loss: Loss
  /** C. */
  readonly classes: number
  /** D. */
  readonly dimension: number
  /** K, sub-centers a class. Default 1. */
  readonly subCenters?: number
  /** Class weights to start from, [C, K, D]; or a function that fills rows from `first` on, row by row or many. */
  readonly weights?: FloatArray | ((first: number, target: Float32Array) => void)
  /** Where the class weights live instead of the head's memory. */
  readonly source?: WeightSource
  /** Applied while the gradient by the class weights is at hand; left out, that gradient is returned. */
  readonly optimizer?: Optimizer
  /** Threads that compute. Default 1: the calling one. More need SharedArrayBuffer. */
  readonly threads?: number
  /** State of the loss to start from; its initial state when left out. */
  readonly state?: LossState
  /**
   * Bytes of cosines that are kept between the passes where they do not fit into the rows of the gradient; others are computed
   * again. Default 32 MiB.
   */
  readonly cosineBudget?: number
  /**
   * The head is one of several processes', and holds the classes from `shard.first` on: `classes` counts its own, labels and
   * tables per class run over all of them.
   */
  readonly shard?: Shard
  /** Stops the set-up. */
  readonly signal?: AbortSignal
}

/** A batch without class weights. */
export interface MarginHeadBatch {
  /** [N, D]. */
  readonly embeddings: FloatArray
  /** [N], -1: ignored. */
  readonly labels: ArrayLike<number>
}

/** What may be said about one step. */
export interface StepOptions
  extends Pick<
    HeadOptions,
    'reduction' | 'parameters' | 'sampleWeights' | 'training' | 'random' | 'classSubset'
  > {
  /** Loss parameters whose gradients are wanted; learnable ones by default. */
  readonly parameterGradients?: readonly string[]
  /** In place of the optimiser's. */
  readonly learningRate?: number
  /** Honoured until the backward pass begins: a step happens as a whole or not at all. */
  readonly signal?: AbortSignal
}

const known = [
  'loss',
  'classes',
  'dimension',
  'subCenters',
  'weights',
  'source',
  'optimizer',
  'threads',
  'state',
  'cosineBudget',
  'shard',
  'signal',
]

const stepOptions = [
  'reduction',
  'parameters',
  'sampleWeights',
  'training',
  'random',
  'classSubset',
  'parameterGradients',
  'learningRate',
  'signal',
]

/** Refuses what a step does not take: a head has its own state, and says itself which gradients there are. */
export const checkStepOptions = (options: StepOptions): void =>
  checkKnown('options', options, stepOptions, 'an option of a step')

const checkCount = (argument: string, value: number): void => {
  if (Number.isInteger(value) && value > 0) return
  throw new ParameterError('is out of range', {
    argument,
    value,
    allowed: 'a whole number above 0',
  })
}

/** Refuses what no head can be made of. */
export const checkHead = (options: MarginHeadOptions): void => {
  checkKnown('options', options, known, 'an option of a head')
  const { classes, dimension, subCenters = 1, threads = 1, weights, source, loss } = options
  const { cosineBudget = 0 } = options
  checkCount('classes', classes)
  checkCount('dimension', dimension)
  checkCount('subCenters', subCenters)
  checkCount('threads', threads)
  if (!(cosineBudget >= 0)) {
    const details = { argument: 'cosineBudget', value: cosineBudget, allowed: '0 or more bytes' }
    throw new ParameterError('is out of range', details)
  }
  const { negatives } = resolveLoss(loss)
  if (options.state) checkState(loss, options.state)
  if (options.optimizer) checkOptimizer(options.optimizer)
  if ((weights === undefined) === (source === undefined)) {
    const allowed = 'one of weights and source'
    throw new ParameterError('or source has to be given, not both', {
      argument: 'weights',
      allowed,
    })
  }
  const length = classes * subCenters * dimension
  if (weights && typeof weights !== 'function' && weights.length !== length) {
    throw new ShapeError(`has ${weights.length} values`, {
      argument: 'weights',
      allowed: `${length}`,
    })
  }
  if (!source) return
  if (threads > 1) {
    throw new ParameterError('does not go with a source, which is read by one thread', {
      argument: 'threads',
      value: threads,
      allowed: '1',
    })
  }
  if (!options.optimizer) {
    throw new ParameterError('is needed with a source, which has no place for a gradient', {
      argument: 'optimizer',
      allowed: 'sgd, adamW',
    })
  }
  if (Object.keys(negatives).length > 0) refuseCurved(loss)
}

/** Streamed weights pass the fused kernels only. */
export const refuseCurved = ({ definition }: Loss): never => {
  throw new ParameterError('does not go with this loss and its options', {
    argument: 'source',
    value: definition.name,
    allowed: 'softmax losses whose other logits are linear in the cosine',
  })
}
