import {
  type HeadBatch,
  initialState,
  type LossState,
  scalarParameters,
} from '../../src/head/index.js'
import type { Loss } from '../../src/index.js'
import type { LossCase } from './losses.js'
import { bell, even, generator, someLabels } from './random.js'

/** A batch in float64 for a loss, with tables for the parameters that want one. */
export interface Problem {
  readonly loss: Loss
  readonly batch: HeadBatch & {
    readonly embeddings: Float64Array
    readonly classWeights: Float64Array
    readonly labels: readonly number[]
    readonly subCenters: number
  }
  readonly classes: number
  /** A value for every parameter of the loss. */
  readonly parameters: Readonly<Record<string, number | Float64Array>>
  readonly state: LossState
}

/** Values in the middle of a parameter's range. */
const table = (
  { loss }: LossCase,
  name: string,
  random: () => number,
  length: number,
): Float64Array => {
  const { default: value, maximum = 1 } = loss.definition.parameters[name] ?? {}
  const middle = typeof value === 'number' ? value : maximum / 2
  return even(random, length, 0.8 * middle, middle)
}

/** Moves a row to near the direction of a class weight, or near the opposite one. */
const placeNear = (
  { embeddings, classWeights, labels, dimension, subCenters }: Problem['batch'],
  row: number,
  factor: number,
): void => {
  const start = (labels[row] as number) * subCenters * dimension
  for (let d = 0; d < dimension; d++) {
    const at = row * dimension + d
    const w = classWeights[start + d] as number
    embeddings[at] = factor * w + 0.1 * (embeddings[at] as number)
  }
}

/** A random batch for a loss: embeddings of length about 1 to 3, row 0 nearly opposite to its class, row 1 close to it. */
export const problemOf = (
  which: LossCase,
  seed: number,
  shape: { readonly rows: number; readonly classes: number; readonly dimension: number },
): Problem => {
  const { loss, subCenters = 1 } = which
  const { rows, classes, dimension } = shape
  const random = generator(seed)
  const tables = Object.entries(loss.parameters).flatMap(([name, scope]) =>
    typeof scope === 'number'
      ? []
      : [[name, table(which, name, random, scope === 'perClass' ? classes : rows)]],
  )
  const batch = {
    embeddings: bell(random, rows * dimension).map((value) => 2 * value),
    classWeights: bell(random, classes * subCenters * dimension),
    labels: someLabels(random, rows, classes),
    dimension,
    subCenters,
  }
  placeNear(batch, 0, -1.5)
  placeNear(batch, 1, 1.5)
  return {
    loss,
    batch,
    classes,
    parameters: { ...scalarParameters(loss, classes), ...Object.fromEntries(tables) },
    state: which.state ?? initialState(loss, classes),
  }
}

/** A random problem for a loss that is not in the table of losses. */
export const problemFor = (
  loss: Loss,
  seed: number,
  shape: { readonly subCenters?: number } = {},
): Problem =>
  problemOf({ factory: '', label: '', loss, ...shape }, seed, { rows: 5, classes: 4, dimension: 3 })
