import { type Loss, ParameterError, type Scope, ShapeError } from '@arcmargin/core'
import {
  checkParameterNames,
  checkSubset,
  type DerivedLoss,
  deriveLoss,
  gradientNames,
  parameterScopes,
  positiveInteger,
  type ResolvedLoss,
  readLabels,
  readParameter,
  resolveLoss,
} from '@arcmargin/core/backend'
import { type FloatArray, initialState, scalarParameters } from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs-core'
import { checkSize, checkStates, checkStep, checkTensor } from './check.js'
import type { MarginLossOptions } from './options.js'

/** Labels as the caller has them. */
export type Labels = ArrayLike<number> | tf.Tensor

/** A step after every check that needs no tensor's values. Holds nothing that was made on a backend. */
export interface Plan {
  readonly loss: Loss
  readonly resolved: ResolvedLoss
  readonly derived: DerivedLoss
  readonly options: MarginLossOptions
  /** N. */
  readonly rows: number
  /** D. */
  readonly dimension: number
  /** C. */
  readonly classes: number
  /** Classes that take part. */
  readonly columns: number
  /** K. */
  readonly subCenters: number
  /** [N] column of each row, -1 where ignored; or labels that live in a tensor. */
  readonly labels: Int32Array | tf.Tensor
  readonly subset: Int32Array | undefined
  readonly scopes: Readonly<Record<string, Scope>>
  /** Parameters that the host knows. */
  readonly known: Readonly<Record<string, number | FloatArray>>
  /** Parameters that are given as tensors, and so get gradients. */
  readonly learned: readonly string[]
  readonly state: Readonly<Record<string, number | tf.Tensor>>
  readonly blockSize: number
  readonly keepCosines: boolean
}

const optionNames: ReadonlySet<string> = new Set<keyof MarginLossOptions>([
  'reduction',
  'parameters',
  'sampleWeights',
  'state',
  'training',
  'random',
  'classSubset',
  'blockSize',
  'cosineBudget',
])

/**
 * Values of a block of class weights, so that a block and what is made of it stay small beside the weights. The wasm backend's slice
 * copies all of its input, whatever it takes of it: there larger blocks mean fewer copies.
 */
const blockValues = (): number => (tf.getBackend() === 'wasm' ? 1 << 23 : 1 << 20)

/** Classes of a block where the caller does not say. */
export const blockSizeFor = (rows: number, dimension: number, subCenters: number): number =>
  Math.max(16, Math.floor(blockValues() / (Math.max(dimension, rows) * subCenters)))

/** Bytes of cosines that are kept by default, as in core. */
const defaultBudget = 1 << 25

/** The columns of labels that the host knows; a tensor of them is checked by its shape alone. */
const readColumns = (
  labels: Labels,
  rows: number,
  classes: number,
  subset: ArrayLike<number> | undefined,
): Int32Array | tf.Tensor => {
  if (!(labels instanceof tf.Tensor)) return readLabels(labels, rows, { classes }, subset)
  if (subset) {
    throw new ParameterError('must be known to the host with a class subset', {
      argument: 'labels',
      allowed: 'an array of numbers',
    })
  }
  checkSize('labels', labels, rows)
  if (labels.dtype === 'int32' || labels.dtype === 'float32') return labels
  throw new ParameterError('has the wrong dtype', {
    argument: 'labels',
    value: labels.dtype,
    allowed: 'int32, float32',
  })
}

/** Splits the parameters into those that the host knows and those in tensors, all of them checked as far as that goes. */
const readParameters = (
  loss: Loss,
  given: NonNullable<MarginLossOptions['parameters']>,
  scopes: Plan['scopes'],
  size: { readonly classes: number; readonly rows: number },
): Pick<Plan, 'known' | 'learned'> => {
  checkParameterNames(loss, scopes, given)
  const draws = resolveLoss(loss).draws
  const known: Record<string, number | FloatArray> = {
    ...scalarParameters(loss, size.classes),
    classes: size.classes,
  }
  const learned: string[] = []
  for (const [name, scope] of Object.entries(scopes)) {
    const value = given[name]
    if (value instanceof tf.Tensor) {
      checkTensor(`parameters.${name}`, value, [0, 1, 2])
      const length = scope === 'scalar' ? 1 : scope === 'perClass' ? size.classes : size.rows
      checkSize(`parameters.${name}`, value, length)
      learned.push(name)
    } else if (value !== undefined || (scope !== 'scalar' && !draws[name])) {
      known[name] = readParameter(loss, name, scope, value, size)
    }
  }
  gradientNames(
    loss,
    resolveLoss(loss),
    learned.filter((name) => !draws[name]),
  )
  return { known, learned }
}

/** Those of the known values that are parameters, as the number of classes is not. */
export const knownParameters = ({
  known,
  scopes,
}: Pick<Plan, 'known' | 'scopes'>): Record<string, number | FloatArray> =>
  Object.fromEntries(Object.entries(known).filter(([name]) => Object.hasOwn(scopes, name)))

/** Checks everything that the host can see, before any tensor is made. */
export const makePlan = (
  loss: Loss,
  embeddings: tf.Tensor,
  classWeights: tf.Tensor,
  labels: Labels,
  options: MarginLossOptions,
): Plan => {
  const argument = Object.keys(options).find((name) => !optionNames.has(name))
  if (argument !== undefined) {
    const allowed = [...optionNames].join(', ')
    throw new ParameterError('is not an option', { argument, allowed })
  }
  const resolved = resolveLoss(loss)
  checkTensor('embeddings', embeddings, [2])
  checkTensor('classWeights', classWeights, [2, 3])
  const [rows, dimension] = embeddings.shape as [number, number]
  const classes = classWeights.shape[0] as number
  const subCenters = classWeights.rank === 3 ? (classWeights.shape[1] as number) : 1
  if (classWeights.shape.at(-1) !== dimension) {
    throw new ShapeError(`has the shape [${classWeights.shape}]`, {
      argument: 'classWeights',
      allowed: `[C, ${dimension}] or [C, K, ${dimension}], as the embeddings`,
    })
  }
  const { classSubset } = options
  if (classSubset) checkSubset(classSubset, classes)
  const columns = classSubset?.length ?? classes
  const columnLabels = readColumns(labels, rows, classes, classSubset)
  const scopes = parameterScopes(loss)
  const parameters = readParameters(loss, options.parameters ?? {}, scopes, { classes, rows })
  checkStep(resolved, options, columnLabels, rows)
  const state = options.state ?? initialState(loss, classes)
  checkStates(loss, state)
  const blockSize = positiveInteger(
    'blockSize',
    options.blockSize ?? blockSizeFor(rows, dimension, subCenters),
  )
  return {
    loss,
    resolved,
    derived: deriveLoss(loss),
    options,
    rows,
    dimension,
    classes,
    columns,
    subCenters,
    labels: columnLabels,
    subset: classSubset && Int32Array.from(classSubset),
    scopes,
    ...parameters,
    state,
    blockSize: Math.min(columns, blockSize),
    keepCosines: rows * columns * subCenters * 4 <= (options.cosineBudget ?? defaultBudget),
  }
}
