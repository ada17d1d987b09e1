import { closeSync, openSync, readSync } from 'node:fs'

const valuesAtOnce = 2 ** 18

/**
 * Relative error of a float32 file against a float64 file in the Frobenius norm: |a - b| / |b| over all values. The files are
 * read in pieces: a gradient by 100 000 classes is 400 MB.
 */
export const relativeError = (actualPath: string, referencePath: string): number => {
  const [actual, reference] = [new Float32Array(valuesAtOnce), new Float64Array(valuesAtOnce)]
  const [actualFile, referenceFile] = [openSync(actualPath, 'r'), openSync(referencePath, 'r')]
  let [difference, norm] = [0, 0]
  try {
    for (;;) {
      const count = readSync(referenceFile, reference) / 8
      if (count === 0) return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm)
      if (readSync(actualFile, actual, 0, count * 4, null) !== count * 4) {
        throw new Error(`${actualPath} has fewer values than ${referencePath}`)
      }
      for (let i = 0; i < count; i++) {
        const expected = reference[i] as number
        difference += ((actual[i] as number) - expected) ** 2
        norm += expected ** 2
      }
    }
  } finally {
    closeSync(actualFile)
    closeSync(referenceFile)
  }
}
