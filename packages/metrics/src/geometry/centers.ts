import { EmptyError, NonFiniteError } from '../errors.js'
import { identitiesOf } from '../identities.js'
import type { Prepared } from '../similarity.js'
import type { UnitRows } from './angle.js'

/** Directions of the classes that occur. */
export interface Centers {
  /** [count, dimension]: the normalised mean of the normalised embeddings of a class. */
  readonly directions: UnitRows
  /** Label of each centre, in order of first appearance. */
  readonly labels: readonly number[]
  /** Row of each label in `directions`. */
  readonly indexOf: ReadonlyMap<number, number>
}

/** Unit vectors of all rows; those of ignored rows are not read by anyone. */
export const unitRows = ({ rows, inverseNorms, dimension }: Prepared): UnitRows => ({
  values: Float64Array.from(
    rows,
    (x, k) => x * (inverseNorms[Math.floor(k / dimension)] as number),
  ),
  dimension,
})

/** The embedding feature centre of each class. */
export const centersOf = (set: Prepared, units: UnitRows): Centers => {
  const { dimension } = units
  const indexOf = identitiesOf(set.labels)
  if (indexOf.size === 0) throw new EmptyError('are all ignored', { argument: 'labels' })
  const values = new Float64Array(indexOf.size * dimension)
  set.labels.forEach((label, row) => {
    const center = indexOf.get(label)
    if (center === undefined) return
    for (let k = 0; k < dimension; k++) {
      const at = center * dimension + k
      values[at] = (values[at] as number) + (units.values[row * dimension + k] as number)
    }
  })
  for (const [label, center] of indexOf) {
    const sum = values.subarray(center * dimension, (center + 1) * dimension)
    const norm = Math.sqrt(sum.reduce((squares, x) => squares + x * x, 0))
    // Vectors that cancel leave rounding errors, whose direction means nothing.
    if (norm < 1e-12) {
      const allowed = 'classes whose normalised embeddings do not cancel'
      throw new NonFiniteError(`of class ${label} have no centre`, {
        argument: 'embeddings',
        value: norm,
        allowed,
      })
    }
    sum.forEach((x, k) => {
      sum[k] = x / norm
    })
  }
  return { directions: { values, dimension }, labels: [...indexOf.keys()], indexOf }
}
