import { checkLength, copyLabels, countRows, type Rows } from './checks.js'
import { NonFiniteError } from './errors.js'

/** Embeddings and whose they are: `embeddings` is [N, dimension], `labels` is [N], -1 marks a row to ignore. */
export interface LabelledEmbeddings {
  readonly embeddings: Rows
  readonly labels: ArrayLike<number>
}

/** Checked rows with the reciprocals of their norms; the rows themselves are not copied. */
export interface Prepared {
  readonly rows: Rows
  readonly inverseNorms: Float64Array
  readonly labels: Int32Array
  readonly dimension: number
}

/** Reciprocal norms; rows whose label is -1 are not looked at (they may be padding) and get 0. */
const inverseNormsOf = (
  rows: Rows,
  labels: Int32Array,
  dimension: number,
  argument: string,
): Float64Array =>
  Float64Array.from(labels, (label, row) => {
    if (label < 0) return 0
    let sum = 0
    for (let k = row * dimension; k < (row + 1) * dimension; k++) sum += (rows[k] as number) ** 2
    const norm = Math.sqrt(sum)
    if (norm > 0 && norm < Infinity && 1 / norm < Infinity) return 1 / norm
    const value = rows
      .subarray(row * dimension, (row + 1) * dimension)
      .find((x) => !Number.isFinite(x))
    const problem = value === undefined ? 'has a norm without a reciprocal' : 'is not finite'
    throw new NonFiniteError(problem, {
      argument,
      row,
      value: value ?? norm,
      allowed: 'rows of finite numbers whose norm is finite and not 0',
    })
  })

/** Checks a labelled set; `prefix` names it in errors, e.g. `probes.`. */
export const prepare = (set: LabelledEmbeddings, dimension: number, prefix = ''): Prepared => {
  const argument = `${prefix}embeddings`
  const count = countRows(set.embeddings, dimension, argument)
  checkLength(set.labels, count, `${prefix}labels`)
  const labels = copyLabels(set.labels, `${prefix}labels`)
  const inverseNorms = inverseNormsOf(set.embeddings, labels, dimension, argument)
  return { rows: set.embeddings, inverseNorms, labels, dimension }
}

/** Checks rows that belong to nobody; all of them count. */
export const prepareUnlabelled = (rows: Rows, dimension: number, argument: string): Prepared => {
  const labels = new Int32Array(countRows(rows, dimension, argument))
  return {
    rows,
    inverseNorms: inverseNormsOf(rows, labels, dimension, argument),
    labels,
    dimension,
  }
}

/** Four queries share each read of a reference; more accumulators than that no longer fit registers. */
const block = 4

/** Cosines of the block of queries from row `start` with the references from row `first`, into `out` [block, references]. */
const fill = (
  queries: Prepared,
  references: Prepared,
  start: number,
  first: number,
  out: Float64Array,
): void => {
  const { rows: a, dimension } = queries
  const { rows: b, inverseNorms } = references
  const count = inverseNorms.length
  const last = queries.labels.length - 1
  const at0 = start * dimension
  const at1 = Math.min(start + 1, last) * dimension
  const at2 = Math.min(start + 2, last) * dimension
  const at3 = Math.min(start + 3, last) * dimension
  for (let j = first; j < count; j++) {
    const at = j * dimension
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    // The sum runs in one order for every pair, so equal rows give equal bits and cos(i, j) is cos(j, i): ties stay ties.
    for (let k = 0; k < dimension; k++) {
      const x = b[at + k] as number
      s0 += (a[at0 + k] as number) * x
      s1 += (a[at1 + k] as number) * x
      s2 += (a[at2 + k] as number) * x
      s3 += (a[at3 + k] as number) * x
    }
    out[j] = s0
    out[count + j] = s1
    out[2 * count + j] = s2
    out[3 * count + j] = s3
  }
}

/**
 * Visits every query that is not ignored with its cosines to all references (those of ignored references mean nothing).
 * `scores` is reused: copy what must last. With `triangle` only the references after the query are valid, at half the work.
 */
export const forEachQuery = (
  queries: Prepared,
  references: Prepared,
  visit: (query: number, scores: Float64Array) => void,
  triangle = false,
): void => {
  const count = references.labels.length
  const buffer = new Float64Array(block * count)
  for (let start = 0; start < queries.labels.length; start += block) {
    const first = triangle ? start + 1 : 0
    fill(queries, references, start, first, buffer)
    const end = Math.min(start + block, queries.labels.length)
    for (let query = start; query < end; query++) {
      if ((queries.labels[query] as number) < 0) continue
      const scores = buffer.subarray((query - start) * count, (query - start + 1) * count)
      const inverse = queries.inverseNorms[query] as number
      for (let j = first; j < count; j++) {
        const cosine = (scores[j] as number) * (inverse * (references.inverseNorms[j] as number))
        // Rounding can leave [-1, 1] by an ulp.
        scores[j] = cosine > 1 ? 1 : cosine < -1 ? -1 : cosine
      }
      visit(query, scores)
    }
  }
}
