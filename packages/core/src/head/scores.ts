import { ParameterError } from '../errors.js'
import type { HeadBatch } from './batch.js'
import { checkFloats } from './check.js'
import { type ClassBlock, cosineBlocks } from './cosine.js'
import { type Kernels, plainKernels } from './kernels.js'
import { type Centers, countRows, readCenters, readEmbeddings } from './layout.js'
import { createPooling } from './pooling.js'

/** What inference needs of a batch. */
export type ScoreBatch = Omit<HeadBatch, 'labels'>

/** The best classes of each row, best first. */
export interface TopK {
  /** [N, k]. */
  readonly classes: Int32Array
  /** [N, k] cosines. */
  readonly scores: Float64Array
}

/** Refuses what is no batch of float arrays; reads the shape of the class weights. */
const checkScores = (batch: ScoreBatch): Centers => {
  checkFloats('embeddings', batch.embeddings)
  checkFloats('classWeights', batch.classWeights)
  return readCenters(batch)
}

/** Pooled cosines of each row with a run of classes, without margin. */
const streamScores = (
  kernels: Kernels,
  batch: ScoreBatch,
  visit: (row: number, block: ClassBlock, cosines: Float64Array) => void,
): { readonly rows: number; readonly columns: number } => {
  const centers = checkScores(batch)
  const { dimension, subCenters, columns } = centers
  const rows = countRows('embeddings', batch.embeddings.length, dimension, 'dimension')
  const { unit } = readEmbeddings(batch.embeddings, rows, dimension)
  const pooling = createPooling(subCenters, undefined)
  const pooled = new Float64Array(columns)
  for (const block of cosineBlocks(unit, rows, centers, 0, kernels)()) {
    for (let row = 0; row < rows; row++) {
      const first = row * block.count * subCenters
      for (let lane = 0; lane < block.count; lane++) {
        pooled[lane] = pooling.pool(block.cosines, first + lane * subCenters)
      }
      visit(row, block, pooled)
    }
  }
  return { rows, columns }
}

/**
 * Cosines without margin, for inference: the largest over the sub-centers of each class.
 *
 * @param batch embeddings [N, D] and class weights [C, D] or [C, K, D].
 * @returns [N, C].
 * @throws ParameterError, ShapeError, NonFiniteError as the head does.
 */
export const cosineScores = (batch: ScoreBatch): Float64Array =>
  cosineScoresWith(plainKernels, batch)

/** `cosineScores` of `@arcmargin/core/head` on other kernels. */
export const cosineScoresWith = (kernels: Kernels, batch: ScoreBatch): Float64Array => {
  const { columns } = checkScores(batch)
  const { dimension, embeddings } = batch
  const scores = new Float64Array((embeddings.length / dimension) * columns || 0)
  streamScores(kernels, batch, (row, { start, count }, cosines) => {
    scores.set(cosines.subarray(0, count), row * columns + start)
  })
  return scores
}

/**
 * The k best classes of each row by cosine, streamed: no N×C array. Of equal cosines the smaller class comes first.
 *
 * @param batch embeddings [N, D] and class weights [C, D] or [C, K, D].
 * @param k 1 to C.
 */
export const topK = (batch: ScoreBatch, k: number): TopK => topKWith(plainKernels, batch, k)

/** `topK` of `@arcmargin/core/head` on other kernels. */
export const topKWith = (kernels: Kernels, batch: ScoreBatch, k: number): TopK => {
  const classCount = checkScores(batch).columns
  if (!(Number.isInteger(k) && k >= 1 && k <= classCount)) {
    throw new ParameterError('is out of range', {
      argument: 'k',
      value: k,
      allowed: `1 to ${classCount}`,
    })
  }
  const rowCount = batch.embeddings.length / batch.dimension
  const classes = new Int32Array(rowCount * k || 0)
  const scores = new Float64Array(rowCount * k || 0).fill(-Infinity)
  streamScores(kernels, batch, (row, { start, count }, cosines) => {
    const first = row * k
    for (let lane = 0; lane < count; lane++) {
      const cosine = cosines[lane] as number
      let place = k
      while (place > 0 && cosine > (scores[first + place - 1] as number)) place--
      if (place === k) continue
      scores.copyWithin(first + place + 1, first + place, first + k - 1)
      classes.copyWithin(first + place + 1, first + place, first + k - 1)
      scores[first + place] = cosine
      classes[first + place] = start + lane
    }
  })
  return { classes, scores }
}
