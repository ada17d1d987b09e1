import type { PairElement } from '@arcmargin/core/pairs'
import type { Backend, PairAnswer } from './backend.js'
import { rowError, sizeError, valueError } from './compare.js'
import { beyond, type Errors, none, worse } from './errors.js'
import { type PairTask, pairMappings } from './mappings/pairs.js'
import { flatten, type VectorCase, type VectorElements } from './schema.js'

/** Runs one case of a pair loss in every way that the case allows. */
export const runPairCase = async (
  backend: Backend,
  loss: string,
  vector: VectorCase,
): Promise<Errors> => {
  let errors = none
  for (const task of pairMappings[loss]?.(vector) ?? []) {
    const others = vector.b ?? vector.W
    const answer = await backend.runPairs?.({
      loss: task.loss,
      batch: {
        embeddings: flatten(vector.x ?? vector.a ?? vector.features ?? []),
        ...(vector.labels ? { labels: vector.labels } : {}),
        dimension: vector.D,
        ...(vector.V === undefined ? {} : { views: vector.V }),
        ...(others === undefined ? {} : { others: { embeddings: flatten(others) } }),
        ...task.chosen,
      },
      parameterGradients: Object.keys(parameterGradients(vector)),
    })
    if (answer) errors = worse(errors, compare(vector, task, answer))
  }
  return errors
}

/** Gradients of loss parameters that the case gives. */
const parameterGradients = (vector: VectorCase): Record<string, number> => ({
  ...(vector.grad_scale === undefined ? {} : { scale: vector.grad_scale }),
  ...(vector.grad_bias === undefined ? {} : { bias: vector.grad_bias }),
})

const compare = (vector: VectorCase, task: PairTask, answer: PairAnswer): Errors => {
  const rounded = (error: number): number => beyond(error, task.rounding)
  const gradX = vector.grad_x ?? vector.grad_a ?? vector.grad_features ?? []
  const gradOthers = vector.grad_b ?? vector.grad_W
  const share = 1e-3 / hardestTerm(vector)
  const row = (found: ArrayLike<number>, expected: Float64Array): number =>
    rounded(rowError(found, expected, vector.D, 'length', share))
  const host = (task.host ?? []).map(([found, expected]) => row(found, Float64Array.from(expected)))
  const parameters = Object.entries(parameterGradients(vector)).map(([name, expected]) =>
    valueError(Number(answer.parameters[name]), expected, Math.abs(vector.loss) / 100),
  )
  const byRow = vector.loss_per_sample
    ? [{ losses: vector.loss_per_sample, indices: vector.labels.map((_, at) => at) }]
    : []
  const lists = [
    ...Object.values(vector.elements ?? {}),
    ...byRow.map((list): VectorElements => ({ ...list, reduction_type: 'element' })),
  ]
  const { elements } = answer
  // The reference numbers such terms by their labels.
  const found = task.inOrder
    ? elements && [...elements].sort((a, b) => labelOf(vector, a) - labelOf(vector, b))
    : elements
  const terms = lists.map((list) => termError(list, task.inOrder ?? false, found))
  return {
    logits: 0,
    loss: rounded(Math.max(sizeError(answer.loss, vector.loss), ...terms)),
    rows: 0,
    gradX: row(answer.embeddings, flatten(gradX)),
    gradW: Math.max(
      0,
      ...host,
      ...parameters,
      ...(gradOthers ? [row(answer.others, flatten(gradOthers))] : []),
    ),
  }
}

const labelOf = ({ labels }: VectorCase, { anchor }: PairElement): number =>
  labels[anchor ?? 0] as number

/**
 * 1 - e^-loss of the largest term: where all terms are easy it is small, the gradients with it, and a reference that computes p - 1 has
 * as few digits of them. 1 where no terms are given.
 */
const hardestTerm = ({ elements, loss_per_sample: rows }: VectorCase): number => {
  const losses = [...Object.values(elements ?? {}).map((list) => list.losses), rows ?? []].flat(2)
  const largest = Math.max(0, ...losses)
  return largest > 0 ? Math.max(Number.EPSILON, 1 - Math.exp(-largest)) : 1
}

/** The rows by which the vectors tell a term of this kind; none for terms of another kind. */
const keyOf = (
  { anchor, positive, negative }: PairElement,
  kind: VectorElements['reduction_type'],
): string | undefined => {
  if (kind === 'element') return `${anchor}`
  if (kind === 'triplet') return `${anchor} ${positive} ${negative}`
  const other = kind === 'pos_pair' ? positive : negative
  return other === undefined ? undefined : `${anchor} ${other}`
}

/** Worst error of the terms, whose order is free. Terms that the vectors leave out have to be 0. Below 1 errors are absolute. */
const termError = (
  { losses, indices, reduction_type: kind }: VectorElements,
  inOrder: boolean,
  found: PairAnswer['elements'],
): number => {
  if (!found) return 0
  const terms = new Map<string, number>()
  found.forEach((element, at) => {
    const key = inOrder ? `${at}` : keyOf(element, kind)
    if (key !== undefined) terms.set(key, element.loss)
  })
  let worst = 0
  const listed = indices === null || typeof losses === 'number' ? [] : losses
  const places = indices ?? []
  listed.forEach((expected, at) => {
    const rows = places.map((list) => (typeof list === 'number' ? undefined : list[at]))
    const key = typeof places[0] === 'number' ? `${places[at]}` : rows.join(' ')
    const term = terms.get(key) ?? Number.NaN
    terms.delete(key)
    const error = Math.abs(term - expected) / Math.max(1, Math.abs(expected))
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error)
  })
  return Math.max(worst, ...[...terms.values()].map(Math.abs))
}
