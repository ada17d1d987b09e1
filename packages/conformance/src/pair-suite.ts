import type { PairElement } from '@arcmargin/core/pairs'
import type { Backend, PairAnswer } from './backend.js'
import { rowError, valueError } from './compare.js'
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
  const row = (found: ArrayLike<number>, expected: Float64Array): number =>
    rounded(rowError(found, expected, vector.D, 'length', 1e-3))
  const host = (task.host ?? []).map(([found, expected]) => row(found, Float64Array.from(expected)))
  const parameters = Object.entries(parameterGradients(vector)).map(([name, expected]) =>
    valueError(Number(answer.parameters[name]), expected),
  )
  const byRow = vector.loss_per_sample
    ? [{ losses: vector.loss_per_sample, indices: vector.labels.map((_, at) => at) }]
    : []
  const lists = [
    ...Object.values(vector.elements ?? {}),
    ...byRow.map((list): VectorElements => ({ ...list, reduction_type: 'element' })),
  ]
  const terms = lists.map((list) => termError(list, task.inOrder ?? false, answer.elements))
  return {
    logits: 0,
    loss: rounded(Math.max(valueError(answer.loss, vector.loss), ...terms)),
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
  losses.forEach((expected, at) => {
    const rows = indices.map((list) => (typeof list === 'number' ? undefined : list[at]))
    const key = typeof indices[0] === 'number' ? `${indices[at]}` : rows.join(' ')
    const term = terms.get(key) ?? Number.NaN
    terms.delete(key)
    const error = Math.abs(term - expected) / Math.max(1, Math.abs(expected))
    worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error)
  })
  return Math.max(worst, ...[...terms.values()].map(Math.abs))
}
