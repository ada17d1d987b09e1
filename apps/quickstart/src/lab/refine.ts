import { targetAngles } from '@arcmargin/metrics'
import type { Dataset } from '../dataset.js'
import { pictureLength } from '../pictures/size.js'

/** What sub-centers say about the labels of a training set. */
export interface Refinement {
  /** Rows that keep their label. */
  readonly kept: readonly number[]
  /** Rows that are farther than the threshold from their class's dominant sub-center. */
  readonly dropped: readonly number[]
}

/** A trained head with sub-centers, and the set that it was trained on. */
export interface SubCenterHead {
  /** [rows · dimension]. */
  readonly embeddings: Float32Array
  /** [classes · subCenters · dimension]. */
  readonly classWeights: Float32Array
  readonly labels: Int32Array
  readonly classes: number
  readonly dimension: number
  readonly subCenters: number
}

/**
 * Finds labels that are likely wrong: of each class the sub-center that is nearest to most of its rows is the dominant one, and rows
 * at a larger angle from it than the threshold are dropped. Deng et al., Sub-center ArcFace, ECCV 2020, section 3.4 (75°).
 *
 * @param threshold in radians.
 */
export const refine = (head: SubCenterHead, threshold: number): Refinement => {
  const { embeddings, labels, dimension } = head
  const angles = targetAngles(embeddings, dominantCenters(head), labels, { dimension })
  const rows = Array.from(labels.keys())
  return {
    kept: rows.filter((row) => (angles[row] as number) <= threshold),
    dropped: rows.filter((row) => (angles[row] as number) > threshold),
  }
}

/** One class weight a class: the sub-center that most of the class's rows are nearest to. */
const dominantCenters = (head: SubCenterHead): Float32Array => {
  const { embeddings, classWeights, labels, classes, dimension, subCenters } = head
  const center = (k: number): Float32Array =>
    Float32Array.from({ length: classes * dimension }, (_, i) => {
      const label = Math.floor(i / dimension)
      return classWeights[(label * subCenters + k) * dimension + (i % dimension)] as number
    })
  const centers = Array.from({ length: subCenters }, (_, k) => center(k))
  const angles = centers.map((weights) => targetAngles(embeddings, weights, labels, { dimension }))
  const votes = new Uint32Array(classes * subCenters)
  labels.forEach((label, row) => {
    const own = angles.map((angle) => angle[row] as number)
    const at = label * subCenters + own.indexOf(Math.min(...own))
    votes[at] = (votes[at] as number) + 1
  })
  const dominant = new Float32Array(classes * dimension)
  for (let label = 0; label < classes; label++) {
    const own = Array.from(votes.subarray(label * subCenters, (label + 1) * subCenters))
    const weights = centers[own.indexOf(Math.max(...own))] as Float32Array
    const start = label * dimension
    dominant.set(weights.subarray(start, start + dimension), start)
  }
  return dominant
}

/** Some rows of a set, with labels of their own. */
export const subsetOf = (
  { ink, vendors, classes }: Dataset,
  rows: readonly number[],
  labels: Int32Array,
): Dataset => {
  const chosen = new Float32Array(rows.length * pictureLength)
  for (const [i, row] of rows.entries()) {
    chosen.set(ink.subarray(row * pictureLength, (row + 1) * pictureLength), i * pictureLength)
  }
  return {
    ink: chosen,
    labels: Int32Array.from(rows, (row) => labels[row] as number),
    vendors: Int32Array.from(rows, (row) => vendors[row] as number),
    classes,
  }
}
