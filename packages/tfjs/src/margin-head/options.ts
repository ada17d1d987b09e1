import { type Loss, ParameterError, ShapeError } from '@arcmargin/core'
import {
  checkParameterNames,
  checkState,
  gradientNames,
  parameterScopes,
  positiveInteger,
  readParameter,
  resolveLoss,
} from '@arcmargin/core/backend'
import { type FloatArray, type LossState, scalarParameters } from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs-core'
import { checkSize, checkTensor } from '../head/check.js'

/** What a head is made of. */
export interface MarginHeadOptions {
  /** Any loss of core, a `defineLoss` of one's own too. */
  readonly loss: Loss
  /** C. */
  readonly classes: number
  /** D, the length of an embedding. */
  readonly dimension: number
  /** K, sub-centers a class. Default 1. */
  readonly subCenters?: number
  /** Class weights to start from, C·K·D values; a tensor is copied. Default: normal numbers of variance 1/D, so vectors of length about 1. */
  readonly weights?: FloatArray | tf.Tensor
  /** Seed of the default weights. */
  readonly seed?: number
  /** Values of loss parameters: a number for a scalar, [C] for per-class ones. Values per sample go to `loss()`. */
  readonly parameters?: Readonly<Record<string, number | FloatArray>>
  /** Names of the loss parameters that are trained. Default: those that the loss calls learnable. */
  readonly trainableParameters?: readonly string[]
  /** State of the loss to start from. Default: its initial state. */
  readonly state?: LossState
}

const known: ReadonlySet<string> = new Set<keyof MarginHeadOptions>([
  'loss',
  'classes',
  'dimension',
  'subCenters',
  'weights',
  'seed',
  'parameters',
  'trainableParameters',
  'state',
])

/** The loss parameters of a head, checked: those that are trained, and those that stay. */
export interface HeadParameters {
  readonly trained: Readonly<Record<string, number | FloatArray>>
  readonly fixed: Readonly<Record<string, number | FloatArray>>
}

const checkWeights = (weights: FloatArray | tf.Tensor, length: number): void => {
  if (weights instanceof tf.Tensor) {
    checkTensor('weights', weights, [2, 3])
    checkSize('weights', weights, length)
  } else if (weights.length !== length) {
    const allowed = `${length}, classes * subCenters * dimension`
    throw new ShapeError(`has ${weights.length} values`, { argument: 'weights', allowed })
  }
}

/** Refuses what no head can be made of, before any tensor is made. */
export const checkHead = (options: MarginHeadOptions): HeadParameters => {
  const argument = Object.keys(options).find((name) => !known.has(name))
  if (argument !== undefined) {
    const allowed = [...known].join(', ')
    throw new ParameterError('is not an option', { argument, allowed })
  }
  const { loss, weights, parameters = {}, state } = options
  const classes = positiveInteger('classes', options.classes)
  const dimension = positiveInteger('dimension', options.dimension)
  const subCenters = positiveInteger('subCenters', options.subCenters ?? 1)
  if (weights) checkWeights(weights, classes * subCenters * dimension)
  if (state) checkState(loss, state)
  const scopes = parameterScopes(loss)
  checkParameterNames(loss, scopes, parameters)
  const scalars = scalarParameters(loss, classes)
  const names = gradientNames(loss, resolveLoss(loss), options.trainableParameters)
  const trained: Record<string, number | FloatArray> = {}
  const fixed: Record<string, number | FloatArray> = {}
  for (const [name, scope] of Object.entries(scopes)) {
    const isTrained = names.includes(name)
    if (scope === 'perSample') {
      if (!isTrained && parameters[name] === undefined) continue
      const allowed = 'values per sample as an option of loss()'
      throw new ParameterError('belongs to a batch, not to a head', { argument: name, allowed })
    }
    const value = parameters[name] ?? (isTrained ? scalars[name] : undefined)
    if (value === undefined && scope === 'scalar') continue
    const checked = readParameter(loss, name, scope, value, { classes, rows: 0 })
    const target = isTrained ? trained : fixed
    target[name] = checked
  }
  return { trained, fixed }
}
