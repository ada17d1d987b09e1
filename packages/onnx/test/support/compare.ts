import type { Loss } from '@arcmargin/core'
import { type HeadOptions, type LossState, marginLoss } from '@arcmargin/core/head'
import { exportGradients } from '../../src/export/gradients.js'
import type { GradientsOptions } from '../../src/export/options.js'
import { load, type Numbers } from './runner.js'

/** A batch in float64, rounded to float32 values so that both sides see the same numbers. */
export interface Batch {
  readonly embeddings: Float64Array
  readonly classWeights: Float64Array
  readonly labels: readonly number[]
  readonly dimension: number
  readonly subCenters: number
}

/** What a loss is run with beside the batch. */
export interface Extras {
  readonly parameters: Readonly<Record<string, number | Float64Array>>
  readonly state: LossState
  readonly sampleWeights?: readonly number[]
}

const rounded = (values: Float64Array): Float64Array => Float64Array.from(values, Math.fround)

/** The same batch and numbers as float32 holds them. */
export const inFloat32 = <T extends { batch: Batch } & Extras>(problem: T): T => ({
  ...problem,
  batch: {
    ...problem.batch,
    embeddings: rounded(problem.batch.embeddings),
    classWeights: rounded(problem.batch.classWeights),
  },
  parameters: Object.fromEntries(
    Object.entries(problem.parameters).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : rounded(value),
    ]),
  ),
})

/** Inputs of a graph by name, and their shapes. */
export const feedsOf = (
  { embeddings, classWeights, labels, dimension, subCenters }: Batch,
  { parameters, state, sampleWeights }: Extras,
): { inputs: Numbers; shapes: Record<string, readonly number[]> } => {
  const rows = labels.length
  const classes = classWeights.length / dimension / subCenters
  const inputs: Record<string, ArrayLike<number>> = { embeddings, classWeights, labels }
  const shapes: Record<string, readonly number[]> = {
    embeddings: [rows, dimension],
    classWeights: subCenters === 1 ? [classes, dimension] : [classes, subCenters, dimension],
    labels: [rows],
    sampleWeights: [rows],
  }
  if (sampleWeights) inputs['sampleWeights'] = sampleWeights
  for (const [name, value] of Object.entries(parameters)) {
    for (const label of [`parameters.${name}`, `draws.${name}`]) {
      inputs[label] = typeof value === 'number' ? [value] : value
      if (typeof value !== 'number') shapes[label] = [value.length]
    }
  }
  for (const [name, value] of Object.entries(state)) inputs[`state.${name}`] = [value]
  return { inputs, shapes }
}

/** The gradients graph's outputs for a batch. */
export const runGraph = async (
  loss: Loss,
  batch: Batch,
  extras: Extras,
  options: Partial<GradientsOptions> = {},
): Promise<Numbers> => {
  const { dimension, subCenters, classWeights } = batch
  const classes = classWeights.length / dimension / subCenters
  const { bytes } = exportGradients(loss, { dimension, classes, subCenters, ...options })
  const { inputs, shapes } = feedsOf(batch, extras)
  return (await load(bytes)).run(inputs, shapes)
}

/** What core makes of the same batch, under the graph's names. */
export const runCore = (
  loss: Loss,
  batch: Batch,
  { parameters, state, sampleWeights }: Extras,
  options: HeadOptions = {},
): Numbers => {
  const result = marginLoss(loss, batch, {
    ...options,
    parameters,
    state,
    ...(sampleWeights ? { sampleWeights } : {}),
    gradients: { embeddings: true, classWeights: true, ...(options.gradients as object) },
  })
  const numbers: Record<string, ArrayLike<number>> = {
    loss: [result.loss],
    accuracy: [result.accuracy],
    'embeddings.gradient': result.gradients.embeddings ?? [],
    'classWeights.gradient': result.gradients.classWeights ?? [],
  }
  if (result.losses.length > 0) numbers['losses'] = result.losses
  for (const [name, value] of Object.entries(result.gradients.parameters)) {
    numbers[`parameters.${name}.gradient`] = typeof value === 'number' ? [value] : value
  }
  for (const [name, value] of Object.entries(result.state)) numbers[`state.${name}.next`] = [value]
  return numbers
}

/** Largest difference, relative to the largest expected number (absolute below `floor`). */
const errorOf = (
  found: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  floor = 1e-6,
): number => {
  const values = Array.from(expected)
  if (found?.length !== values.length) return Number.POSITIVE_INFINITY
  const size = Math.max(floor, ...values.map(Math.abs))
  const errors = values.map((value, i) => Math.abs((found[i] as number) - value) / size)
  return errors.every(Number.isFinite) ? Math.max(...errors) : Number.POSITIVE_INFINITY
}

/** The names whose numbers differ by more than allowed, with the errors: empty when all agree. */
export const differences = (found: Numbers, expected: Numbers, allowed: number): string[] =>
  Object.keys(found).flatMap((name) => {
    const error = errorOf(found[name], expected[name] ?? [])
    return error <= allowed ? [] : [`${name}: ${error.toExponential(1)}`]
  })
