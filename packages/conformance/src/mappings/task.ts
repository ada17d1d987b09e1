import { defineLoss, type Loss } from '@arcmargin/core'
import type { HeadOptions } from '@arcmargin/core/head'
import { flatten, type VectorCase } from '../schema.js'

/** How a case of the vectors is put to a backend, and what of the case is compared. */
export interface Task {
  readonly loss: Loss
  readonly options?: Pick<HeadOptions, 'parameters' | 'state' | 'classSubset'>
  /** Class weights in place of the case's. */
  readonly classWeights?: Float64Array
  /** Expected batch loss, where the case's own is floored. */
  readonly batchLoss?: number
  /** Expected gradient by x, where it is not `grad_x`. */
  readonly gradX?: Float64Array
  /** Expected gradient by W, where it is not `grad_W`. */
  readonly gradW?: Float64Array
  /** From the backend's gradient by the class weights to the case's layout. */
  readonly toGradW?: (gradient: Float64Array) => Float64Array
  /** Expected gradients of loss parameters. */
  readonly gradients?: Readonly<Record<string, Float64Array>>
  /** Expected state after the step. */
  readonly state?: Readonly<Record<string, number>>
  /** What the reference itself rounds to less than float64, as relative errors. */
  readonly rounded?: { readonly losses?: number; readonly parameters?: number }
  /** Gradients have no reference here: they must be finite and row 0's at most this long. */
  readonly bound?: number
}

/** What a file's case becomes. */
export type Mapping = (vector: VectorCase) => readonly Task[]

/** A hyperparameter of the case. */
export const value = (vector: VectorCase, name: string): number => Number(vector.params[name])
/** An intermediate result of the reference. */
export const auxiliary = (vector: VectorCase, name: string): Float64Array =>
  flatten(vector.aux?.[name] ?? [])
/** An input beside x, W and labels. */
export const extra = (vector: VectorCase, name: string): Float64Array =>
  flatten(vector.extra_inputs?.[name] ?? [])
/** A gradient beside those by x and W. */
export const extraGradient = (vector: VectorCase, name: string): Float64Array =>
  flatten(vector.extra_grads?.[name] ?? [])

/** insightface floors each row's loss at 69.0776; the gradients are those of the unfloored loss, which is given beside it. */
export const unfloored = (vector: VectorCase): { batchLoss: number } => ({
  batchLoss: auxiliary(vector, 'loss_uncapped')[0] as number,
})

/**
 * opensphere keeps every cosine within ±(1 - 1e-5), a guard that our losses do without. A case that reaches it is put to the loss with
 * the guard.
 */
export const guarded = (vector: VectorCase, loss: Loss): Loss => {
  const largest = 1 - 1e-5
  if (flatten(vector.cos ?? []).every((cosine) => Math.abs(cosine) < largest)) return loss
  const { definition } = loss
  const smallest = Math.acos(largest)
  const guard = (formula: string): string =>
    formula.replaceAll('theta', `clamp(theta, ${smallest}, pi - ${smallest})`)
  const { definition: withGuard } = defineLoss({
    ...definition,
    where: Object.fromEntries(
      Object.entries(definition.where ?? {}).map(([name, formula]) => [name, guard(formula)]),
    ),
    target: guard(definition.target as string),
    other: `scale * clamp(cosTheta, -${largest}, ${largest})`,
  })
  return { ...loss, definition: withGuard }
}

/**
 * opensphere normalises W in place, so its grad_W is the one by unit weights and keeps its part along them. Taking that part
 * out and dividing by |W| gives the gradient by W itself.
 */
export const byRawWeights = (vector: VectorCase): { gradW: Float64Array } => {
  const weights = flatten(vector.W)
  const gradW = flatten(vector.grad_W ?? [])
  for (let start = 0; start < weights.length; start += vector.D) {
    const w = weights.subarray(start, start + vector.D)
    const g = gradW.subarray(start, start + vector.D)
    const norm = Math.hypot(...w)
    const along = g.reduce((sum, entry, d) => sum + (entry * (w[d] as number)) / norm, 0)
    g.forEach((entry, d) => {
      g[d] = (entry - (along * (w[d] as number)) / norm) / norm
    })
  }
  return { gradW }
}
