import { closeSync, openSync, readSync } from 'node:fs'
import type { Shape } from '../shapes.js'
import { classWeightsFile, embeddingsFile, labelsFile } from './files.js'

/** The rows that are classified. */
export interface Batch {
  /** [N, D]. */
  readonly embeddings: Float32Array<ArrayBuffer>
  /** [N]. */
  readonly labels: Int32Array<ArrayBuffer>
}

const mostBytes = 2 ** 26

/** Fills an array from a file, from byte `start` on, with no second copy in memory. */
const fill = <A extends Float32Array | Int32Array>(path: string, array: A, start = 0): A => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  const file = openSync(path, 'r')
  try {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(
        file,
        bytes,
        done,
        Math.min(bytes.length - done, mostBytes),
        start + done,
      )
      if (read === 0) throw new Error(`${path} ends before byte ${start + bytes.length}`)
      done += read
    }
  } finally {
    closeSync(file)
  }
  return array
}

/** Reads the embeddings and labels that `writeProblem` wrote. */
export const readBatch = (folder: string, { rows, dimension }: Shape): Batch => ({
  embeddings: fill(embeddingsFile(folder), new Float32Array(rows * dimension)),
  labels: fill(labelsFile(folder), new Int32Array(rows)),
})

/** Reads the class weights, [C, K, D]. */
export const readClassWeights = (
  folder: string,
  { classes, subCenters, dimension }: Shape,
): Float32Array<ArrayBuffer> =>
  fill(classWeightsFile(folder), new Float32Array(classes * subCenters * dimension))

/** Fills `target` with class weights from vector `first` of dimension D on. */
export const fillClassWeights = (
  folder: string,
  { dimension }: Shape,
  first: number,
  target: Float32Array,
): void => {
  fill(classWeightsFile(folder), target, 4 * first * dimension)
}
