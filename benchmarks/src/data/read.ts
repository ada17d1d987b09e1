import { closeSync, openSync, readSync } from 'node:fs'
import type { Shape } from '../shapes.js'
import { classWeightsFile, embeddingsFile, labelsFile } from './files.js'

/** One problem in memory. */
export interface Problem {
  /** [N, D]. */
  readonly embeddings: Float32Array<ArrayBuffer>
  /** [C, K, D]. */
  readonly classWeights: Float32Array<ArrayBuffer>
  /** [N]. */
  readonly labels: Int32Array<ArrayBuffer>
}

/** Fills an array from a file, with no second copy in memory. */
const fill = <A extends Float32Array | Int32Array>(path: string, array: A): A => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  const file = openSync(path, 'r')
  try {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(file, bytes, done, Math.min(bytes.length - done, 2 ** 26), done)
      if (read === 0) throw new Error(`${path} ends after ${done} of ${bytes.length} bytes`)
      done += read
    }
  } finally {
    closeSync(file)
  }
  return array
}

/** Reads what `writeProblem` wrote. */
export const readProblem = (folder: string, shape: Shape): Problem => {
  const { rows, dimension, classes, subCenters } = shape
  return {
    embeddings: fill(embeddingsFile(folder), new Float32Array(rows * dimension)),
    classWeights: fill(
      classWeightsFile(folder),
      new Float32Array(classes * subCenters * dimension),
    ),
    labels: fill(labelsFile(folder), new Int32Array(rows)),
  }
}
