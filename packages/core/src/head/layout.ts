import { LabelError, ParameterError, ShapeError } from '../errors.js'
import type { FloatArray, HeadBatch } from './batch.js'
import { normalize } from './normalize.js'

/** Where the class weights lie: class j is `classOf[column]` for the columns that take part. */
export interface Centers {
  /** D. */
  readonly dimension: number
  /** K. */
  readonly subCenters: number
  /** C. */
  readonly classes: number
  /** Classes that take part: C, or fewer with a subset. */
  readonly columns: number
  /** Class of a column. */
  classOf(column: number): number
  /** Writes the unit vector of one sub-center and returns its norm; refuses non-finite weights. */
  unit(column: number, subCenter: number, target: Float64Array, offset: number): number
  /** Index of a sub-center's first value in a gradient of this layout, and the step to its next. */
  place(column: number, subCenter: number): number
  readonly stride: number
  /** Length of the gradient by the class weights. */
  readonly length: number
}

/** Refuses what is not 1, 2, 3, ... */
export const positiveInteger = (argument: string, value: number): number => {
  if (Number.isInteger(value) && value > 0) return value
  throw new ParameterError('is out of range', {
    argument,
    value,
    allowed: 'a whole number above 0',
  })
}

/** How many rows of `width` values there are; refuses a remainder. */
export const countRows = (
  argument: string,
  length: number,
  width: number,
  unit: string,
): number => {
  if (length > 0 && length % width === 0) return length / width
  throw new ShapeError(`has ${length} values`, {
    argument,
    allowed: `a multiple of ${unit} = ${width}${length === 0 ? ', one row or more' : ''}`,
  })
}

/**
 * Reads the shape of the class weights.
 *
 * @throws ParameterError, ShapeError, LabelError for a subset that names a class twice or one that is not there.
 */
export const readCenters = (
  batch: Pick<HeadBatch, 'classWeights' | 'dimension' | 'subCenters' | 'layout'>,
  subset?: ArrayLike<number>,
): Centers => {
  const { classWeights, layout = 'rows' } = batch
  const dimension = positiveInteger('dimension', batch.dimension)
  const subCenters = positiveInteger('subCenters', batch.subCenters ?? 1)
  if (layout !== 'rows' && layout !== 'columns') {
    throw new ParameterError('is unknown', {
      argument: 'layout',
      value: layout,
      allowed: 'rows, columns',
    })
  }
  const width = dimension * subCenters
  const classes = countRows('classWeights', classWeights.length, width, 'dimension * subCenters')
  const columns = subset ? subset.length : classes
  if (subset) checkSubset(subset, classes)
  const classOf = (column: number): number => (subset ? (subset[column] as number) : column)
  const inRows = layout === 'rows'
  const stride = inRows ? 1 : classes * subCenters
  const gradientStride = inRows ? 1 : columns * subCenters
  return {
    dimension,
    subCenters,
    classes,
    columns,
    classOf,
    stride: gradientStride,
    length: columns * width,
    unit: (column, subCenter, target, offset) => {
      const index = classOf(column) * subCenters + subCenter
      const start = inRows ? index * dimension : index
      return normalize(
        'classWeights',
        index,
        classWeights,
        start,
        stride,
        target,
        offset,
        dimension,
      )
    },
    place: (column, subCenter) => (column * subCenters + subCenter) * (inRows ? dimension : 1),
  }
}

/** Refuses classes that are not there or named twice. */
export const checkSubset = (subset: ArrayLike<number>, classes: number): void => {
  const seen = new Set<number>()
  for (let row = 0; row < subset.length; row++) {
    const value = subset[row] as number
    if (Number.isInteger(value) && value >= 0 && value < classes && !seen.has(value))
      seen.add(value)
    else {
      const allowed = `each class 0 to ${classes - 1} at most once`
      throw new LabelError('is not a new class', { argument: 'classSubset', row, value, allowed })
    }
  }
}

/** The column of each label, -1 where the row is ignored; refuses labels that are no class or not in the subset. */
export const readLabels = (
  labels: ArrayLike<number>,
  rows: number,
  centers: Pick<Centers, 'classes'>,
  subset?: ArrayLike<number>,
): Int32Array => {
  if (labels?.length !== rows) {
    throw new ShapeError(`has ${labels?.length ?? 'no'} values`, {
      argument: 'labels',
      allowed: `${rows}, one for each row`,
    })
  }
  const columnOf = subset && new Map(Array.from(subset, (label, column) => [label, column]))
  const columns = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const value = labels[row] as number
    const fine = Number.isInteger(value) && value >= -1 && value < centers.classes
    const column = value < 0 || !columnOf ? value : columnOf.get(value)
    if (!fine || column === undefined) {
      throw new LabelError(fine ? 'is not in classSubset' : 'is not a class', {
        argument: 'labels',
        row,
        value,
        allowed: `0 to ${centers.classes - 1}, or -1 to ignore the row`,
      })
    }
    columns[row] = column
  }
  return columns
}

/** Unit vectors [N, D] and norms [N] of the embeddings; the former go to `unit`. */
export const readEmbeddings = (
  embeddings: FloatArray,
  rows: number,
  dimension: number,
  unit: Float64Array = new Float64Array(rows * dimension),
): { readonly unit: Float64Array; readonly norms: Float64Array } => {
  const norms = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const start = row * dimension
    norms[row] = normalize('embeddings', row, embeddings, start, 1, unit, start, dimension)
  }
  return { unit, norms }
}
