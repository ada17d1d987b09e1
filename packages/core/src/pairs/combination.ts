import { checkKnown } from '../check-known.js'
import { ParameterError } from '../errors.js'
import type { FloatArray, HeadBatch } from '../head/batch.js'
import { marginLoss } from '../head/head.js'
import type { LossState } from '../head/state.js'
import type { Loss } from '../losses/definition.js'
import { checkValue } from '../losses/parameter.js'
import type { OtherSamples } from './batch.js'
import type { PairLoss } from './definition.js'
import { pairLoss } from './pair-loss.js'

/** A loss and what it counts for. */
export interface WeightedLoss {
  readonly loss: Loss | PairLoss
  /** Default 1. */
  readonly weight?: number
}

/** Several losses of the same embeddings by name: plain data. */
export type CombinedLoss = Readonly<Record<string, WeightedLoss>>

/** One batch for all of them. */
export interface CombinedBatch {
  /** [N, D]. */
  readonly embeddings: FloatArray
  /** [N], -1 ignored. */
  readonly labels: ArrayLike<number>
  readonly dimension: number
  /** Of margin losses. */
  readonly classWeights?: FloatArray
  readonly subCenters?: number
  /** Of pair losses that compare with a second set, by the loss's name in the combination: the centers of a center loss. */
  readonly others?: Readonly<Record<string, OtherSamples>>
}

/** What one step of a combination yields. */
export interface CombinedResult {
  /** Σ weight·loss. */
  readonly loss: number
  /** Each loss by name, not weighted. */
  readonly losses: Readonly<Record<string, number>>
  /** The next states of the losses that have one, by name. */
  readonly states: Readonly<Record<string, LossState>>
  /** Of the weighted sum; each in its array's precision. */
  readonly gradients: {
    readonly embeddings: FloatArray
    readonly classWeights?: FloatArray
    /** By name. */
    readonly others: Readonly<Record<string, FloatArray>>
    /** By name and parameter: those of learnable parameters. */
    readonly parameters: Readonly<Record<string, Readonly<Record<string, number | Float64Array>>>>
  }
}

/** What computes a single loss. */
export interface Engines {
  readonly marginLoss: typeof marginLoss
  readonly pairLoss: typeof pairLoss
}

const batchNames = ['embeddings', 'labels', 'dimension', 'classWeights', 'subCenters', 'others']

const isPairLoss = (loss: Loss | PairLoss): loss is PairLoss => 'over' in loss.definition

/**
 * Several losses of one batch as one, with the gradients of their weighted sum, e.g. `{ arcFace: { loss: arcFace() }, center:
 * { loss: center(), weight: 0.003 } }`.
 *
 * @param combined losses and weights.
 * @param batch what the losses need, once.
 * @param states of the losses that have one, by name; their initial states when left out.
 * @param engines what computes the losses; a backend in JavaScript brings its own. Default: this package's.
 * @throws as `marginLoss` of `@arcmargin/core/head` and {@link pairLoss}, before anything is returned.
 */
export const combinedLoss = (
  combined: CombinedLoss,
  batch: CombinedBatch,
  states: Readonly<Record<string, LossState>> = {},
  engines: Engines = { marginLoss, pairLoss },
): CombinedResult => {
  checkKnown('batch', batch, batchNames, 'part of a batch')
  checkKnown('states', states, Object.keys(combined), 'a loss of the combination')
  checkKnown('others', batch.others ?? {}, Object.keys(combined), 'a loss of the combination')
  const { embeddings, labels, dimension, classWeights, subCenters } = batch
  const total = new Float64Array(embeddings.length)
  const ofWeights = new Float64Array(classWeights?.length ?? 0)
  const losses: Record<string, number> = {}
  const next: Record<string, LossState> = {}
  const others: Record<string, FloatArray> = {}
  const parameters: Record<string, Record<string, number | Float64Array>> = {}
  let sum = 0
  for (const [name, { loss, weight = 1 }] of Object.entries(combined)) {
    checkValue(`${name}.weight`, { minimum: 0 }, weight)
    const scaled = (values: FloatArray | undefined): FloatArray | undefined =>
      values?.map((value) => weight * value)
    const add = (into: Float64Array, values: FloatArray | undefined): void =>
      values?.forEach((value, at) => {
        into[at] = (into[at] as number) + weight * value
      })
    const shared = { embeddings, labels, dimension }
    const { [name]: own } = batch.others ?? {}
    let found: { readonly loss: number; readonly gradients: Gradients }
    if (isPairLoss(loss)) {
      found = engines.pairLoss(
        loss,
        { ...shared, ...(own ? { others: own } : {}) },
        { gradients: true },
      )
    } else {
      const step = engines.marginLoss(
        loss,
        { ...shared, ...weightsOf(name, classWeights, subCenters) },
        { gradients: true, ...(states[name] ? { state: states[name] } : {}) },
      )
      found = step
      next[name] = step.state
    }
    const { gradients } = found
    sum += weight * found.loss
    losses[name] = found.loss
    add(total, gradients.embeddings)
    add(ofWeights, gradients.classWeights)
    const byOthers = scaled(gradients.others)
    if (byOthers) others[name] = byOthers
    parameters[name] = Object.fromEntries(
      Object.entries(gradients.parameters).map(([parameter, value]) => [
        parameter,
        typeof value === 'number' ? weight * value : value.map((entry) => weight * entry),
      ]),
    )
  }
  const cast = (like: FloatArray, values: Float64Array): FloatArray =>
    like instanceof Float32Array ? Float32Array.from(values) : values
  return {
    loss: sum,
    losses,
    states: next,
    gradients: {
      embeddings: cast(embeddings, total),
      ...(classWeights ? { classWeights: cast(classWeights, ofWeights) } : {}),
      others,
      parameters,
    },
  }
}

interface Gradients {
  readonly embeddings?: FloatArray
  readonly classWeights?: FloatArray
  readonly others?: FloatArray
  readonly parameters: Readonly<Record<string, number | Float64Array>>
}

/** The class weights of a margin loss, which has to have some. */
const weightsOf = (
  name: string,
  classWeights: FloatArray | undefined,
  subCenters = 1,
): Pick<HeadBatch, 'classWeights' | 'subCenters'> => {
  if (classWeights) return { classWeights, subCenters }
  const allowed = `[C, D], for the margin loss ${name}`
  throw new ParameterError('are needed', { argument: 'classWeights', allowed })
}
