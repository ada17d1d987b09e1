import { closeSync, openSync, readSync } from 'node:fs'

const valuesAtOnce = 2 ** 18

/** Sums of squares: of the differences, and of what was expected. */
class Squares {
  #difference = 0
  #norm = 0

  add(actual: Float32Array, reference: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const expected = reference[i] as number
      this.#difference += ((actual[i] as number) - expected) ** 2
      this.#norm += expected ** 2
    }
  }

  get relative(): number {
    return this.#norm === 0 ? Math.sqrt(this.#difference) : Math.sqrt(this.#difference / this.#norm)
  }
}

/**
 * Relative error of a float32 file against a float64 file in the Frobenius norm: |a - b| / |b| over all values. The files are
 * read in pieces: a gradient by 100 000 classes is 400 MB.
 */
export const relativeError = (actualPath: string, referencePath: string): number => {
  const [actual, reference] = [new Float32Array(valuesAtOnce), new Float64Array(valuesAtOnce)]
  const [actualFile, referenceFile] = [openSync(actualPath, 'r'), openSync(referencePath, 'r')]
  const squares = new Squares()
  try {
    for (;;) {
      const count = readSync(referenceFile, reference) / 8
      if (count === 0) return squares.relative
      if (readSync(actualFile, actual, 0, count * 4, null) !== count * 4) {
        throw new Error(`${actualPath} has fewer values than ${referencePath}`)
      }
      squares.add(actual, reference, count)
    }
  } finally {
    closeSync(actualFile)
    closeSync(referenceFile)
  }
}

/**
 * The same for a float32 file that has some rows of the float64 file's.
 *
 * @param rows which ones, in the order of the float32 file.
 * @param width values of a row.
 */
export const sampledError = (
  actualPath: string,
  referencePath: string,
  rows: readonly number[],
  width: number,
): number => {
  const [actual, reference] = [new Float32Array(width), new Float64Array(width)]
  const [actualFile, referenceFile] = [openSync(actualPath, 'r'), openSync(referencePath, 'r')]
  const squares = new Squares()
  try {
    for (const row of rows) {
      const found = readSync(actualFile, actual, 0, 4 * width, null)
      const expected = readSync(referenceFile, reference, 0, 8 * width, 8 * width * row)
      if (found !== 4 * width || expected !== 8 * width) {
        throw new Error(`${actualPath} or ${referencePath} has no row ${row}`)
      }
      squares.add(actual, reference, width)
    }
    return squares.relative
  } finally {
    closeSync(actualFile)
    closeSync(referenceFile)
  }
}
