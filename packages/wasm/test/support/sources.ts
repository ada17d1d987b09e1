import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WeightSource } from '../../src/index.js'
import type { SingleBatch } from './data.js'

/** Where a head's class weights may live, by name: in memory, or in a file. `all` reads them, `end` lets go of them. */
export const sources: Readonly<
  Record<string, (batch: SingleBatch) => WeightSource & { all(): Float32Array; end(): void }>
> = {
  'a map': (batch) => {
    const arrays = {
      weights: batch.classWeights.slice(),
      momentum: new Float32Array(batch.classWeights.length),
      secondMoment: new Float32Array(batch.classWeights.length),
    }
    const { dimension } = batch
    return {
      read: async (array, first, target) => {
        const start = first * dimension
        target.set(arrays[array].subarray(start, start + target.length))
      },
      write: async (array, first, values) => arrays[array].set(values, first * dimension),
      all: () => arrays.weights,
      end: () => undefined,
    }
  },
  'a file': (batch) => {
    const folder = mkdtempSync(join(tmpdir(), 'arcmargin-'))
    const { dimension, classWeights } = batch
    const files = ['weights', 'momentum', 'secondMoment'].map((name) => {
      const file = openSync(join(folder, name), 'w+')
      ftruncateSync(file, classWeights.byteLength)
      return [name, file] as const
    })
    const fileOf = (array: string): number => new Map<string, number>(files).get(array) ?? -1
    writeSync(fileOf('weights'), classWeights, 0, classWeights.byteLength, 0)
    const read = (array: string, first: number, target: Float32Array): void => {
      readSync(fileOf(array), target, 0, target.byteLength, 4 * first * dimension)
    }
    return {
      read,
      write: (array, first, values) => {
        writeSync(fileOf(array), values, 0, values.byteLength, 4 * first * dimension)
      },
      all: () => {
        const weights = new Float32Array(classWeights.length)
        read('weights', 0, weights)
        return weights
      },
      end: () => {
        for (const [, file] of files) closeSync(file)
        rmSync(folder, { recursive: true })
      },
    }
  },
}
