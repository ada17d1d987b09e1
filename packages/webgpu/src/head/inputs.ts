import { evaluate, ParameterError } from '@arcmargin/core'
import {
  checkState,
  checkSubset,
  checkTemperature,
  nextRows,
  normal,
  type ParameterValues,
  readLabels,
  readParameters,
  rowScales,
} from '@arcmargin/core/backend'
import type { LossState } from '@arcmargin/core/head'
import type { Batch, PassOptions } from './batch.js'
import type { Design } from './design.js'

/** A batch after every check that needs no device. */
export interface Inputs {
  readonly rows: number
  /** Classes that take part. */
  readonly columns: number
  /** [N] column of each row's class, -1 where ignored. */
  readonly columnOf: Int32Array
  readonly labels: ArrayLike<number>
  readonly rowScale: Float64Array
  readonly parameters: ParameterValues
  readonly subset: ArrayLike<number> | undefined
  /** State that was given for this pass. */
  readonly state: LossState | undefined
  readonly training: boolean
  /** Numbers for the start of `inputs`, by name. */
  readonly scalars: Readonly<Record<string, number>>
  /** Margins given or noise for them, by draw. */
  readonly noise: Readonly<Record<string, ArrayLike<number>>>
}

/** float32 holds whole numbers up to here exactly; classes travel as such. */
export const mostClasses: number = 2 ** 24

/** Checks a batch; throws before anything is written. */
export const readInputs = (
  design: Design,
  classes: number,
  batch: Batch,
  options: PassOptions,
  state: LossState,
): Inputs => {
  const { loss, resolved, dimension } = design
  const { labels, embeddings } = batch
  const { classSubset: subset, training = true, random } = options
  const rows = labels.length
  if (rows === 0) {
    throw new ParameterError('is empty', { argument: 'labels', allowed: 'one label a row' })
  }
  const values =
    embeddings instanceof Float32Array ? embeddings.length : Math.floor(embeddings.size / 4)
  const fits =
    embeddings instanceof Float32Array ? values === rows * dimension : values >= rows * dimension
  if (!fits) {
    throw new ParameterError('has the wrong length', {
      argument: 'embeddings',
      value: values,
      allowed: `${rows} rows of ${dimension} float32 values`,
    })
  }
  if (subset) checkSubset(subset, classes)
  const columnOf = readLabels(labels, rows, { classes }, subset)
  const parameters = readParameters(loss, classes, rows, options.parameters)
  const rowScale = rowScales(resolved, columnOf, options)
  if (options.state) checkState(loss, options.state)
  const counted = columnOf.filter((column) => column >= 0)
  const noise = Object.fromEntries(
    Object.keys(resolved.draws).map((name) => {
      const given = parameters.perSample[name]
      if (given) return [name, given]
      if (training && !random) {
        throw new ParameterError('is needed to draw margins', {
          argument: 'random',
          allowed: `a function that returns numbers in [0, 1), or parameters.${name}`,
        })
      }
      return [name, labelsLike(labels, () => (training && random ? normal(random) : 0))]
    }),
  )
  const temperature =
    resolved.poolingTemperature &&
    evaluate(resolved.poolingTemperature, { ...parameters.scalars, ...state, ...options.state })
  if (temperature !== undefined) checkTemperature(temperature)
  return {
    rows,
    columns: subset ? subset.length : classes,
    columnOf,
    labels,
    rowScale,
    parameters,
    subset,
    state: options.state,
    training,
    noise,
    scalars: {
      ...parameters.scalars,
      batchSize: counted.length,
      'is training': training ? 1 : 0,
      'classes present': Math.max(new Set(counted).size, 1),
      'pooling temperature': temperature ?? 0,
      ...Object.fromEntries(
        Object.keys(resolved.draws).map((name) => [
          `given ${name}`,
          parameters.perSample[name] ? 1 : 0,
        ]),
      ),
    },
  }
}

const labelsLike = (labels: ArrayLike<number>, value: () => number): Float64Array =>
  Float64Array.from(labels, value)

/** The rows of each class as lists: [N] the next one or -1, and [N] 1 where a list begins. */
const chainRows = (columnOf: ArrayLike<number>): Record<string, ArrayLike<number>> => {
  const next = nextRows(columnOf)
  const leads = Float32Array.from(columnOf, (column) => (column < 0 ? 0 : 1))
  for (const row of next) if (row >= 0) leads[row] = 0
  return { 'row next': next, 'row leads': leads }
}

/** Length of `inputs`. */
export const inputLength = (
  { scalars, tables, classTables }: Design,
  padded: number,
  columns: number,
  subset: boolean,
): number =>
  scalars.length + tables.length * padded + (classTables.length + (subset ? 1 : 0)) * columns

/** Writes a batch as the kernels read it. */
export const writeInputs = (
  design: Design,
  inputs: Inputs,
  hyper: Readonly<Record<string, number>>,
  padded: number,
  target: Float32Array,
): void => {
  const { scalars, tables, classTables } = design
  const { rows, columns, columnOf, rowScale, parameters, subset, noise } = inputs
  const numbers: Readonly<Record<string, number>> = { ...inputs.scalars, ...hyper }
  scalars.forEach((name, index) => {
    target[index] = numbers[name] ?? 0
  })
  const byName: Readonly<Record<string, ArrayLike<number>>> = {
    ...parameters.perSample,
    'row column': columnOf,
    'row scale': rowScale,
    ...chainRows(columnOf),
    ...Object.fromEntries(Object.entries(noise).map(([name, values]) => [`noise ${name}`, values])),
  }
  tables.forEach((name, index) => {
    const start = scalars.length + index * padded
    target.set(byName[name] ?? [], start)
    if (name === 'row column') target.fill(-1, start + rows, start + padded)
  })
  let start = scalars.length + tables.length * padded
  for (const name of classTables) {
    const table = parameters.perClass[name] ?? new Float32Array(columns)
    for (let column = 0; column < columns; column++) {
      target[start + column] = table[subset ? (subset[column] as number) : column] as number
    }
    start += columns
  }
  if (subset) target.set(subset, start)
}
