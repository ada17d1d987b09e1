import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { Shape } from '../shapes.js'
import { classWeightsFile, embeddingsFile, labelsFile } from './files.js'

/** `random`: nothing is learned yet. `trained`: each embedding lies near its class, and the loss is small. */
export type DataKind = 'random' | 'trained'
export const dataKinds: readonly DataKind[] = ['random', 'trained']

/** Radians between a trained embedding and its class: at s = 64, m = 0.5 and 10 000 classes a loss near 1e-9. */
const trainedAngle = 0.5

const seed = 20260101
const rowsAtOnce = 1024

/** Writes one problem; the same shape and kind always give the same numbers. */
export const writeProblem = (folder: string, shape: Shape, kind: DataKind): void => {
  const { rows, dimension, classes, subCenters } = shape
  const generator = xoroshiro128plus(seed)
  const uniform = (length: number): Float32Array =>
    Float32Array.from({ length }, () => 2 * uniformFloat32(generator) - 1)
  const labels = Int32Array.from({ length: rows }, () => uniformInt(generator, 0, classes - 1))
  const embeddings = uniform(rows * dimension)

  const file = openSync(classWeightsFile(folder), 'w')
  try {
    const count = classes * subCenters
    for (let first = 0; first < count; first += rowsAtOnce) {
      const block = uniform(Math.min(rowsAtOnce, count - first) * dimension)
      writeSync(file, block)
      if (kind === 'trained') {
        labels.forEach((label, row) => {
          const start = (label * subCenters - first) * dimension
          if (start < 0 || start >= block.length) return
          const own = embeddings.subarray(row * dimension, (row + 1) * dimension)
          pullTowards(own, block.subarray(start, start + dimension))
        })
      }
    }
  } finally {
    closeSync(file)
  }
  writeFileSync(embeddingsFile(folder), embeddings)
  writeFileSync(labelsFile(folder), labels)
}

/** Turns an embedding in its plane with the class weight until their angle is `trainedAngle`. */
const pullTowards = (embedding: Float32Array, weight: Float32Array): void => {
  const dot = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, d) => sum + value * (b[d] as number), 0)
  const along = dot(embedding, weight) / dot(weight, weight)
  const across = embedding.map((value, d) => value - along * (weight[d] as number))
  const [cosine, sine] = [Math.cos(trainedAngle), Math.sin(trainedAngle)]
  const [a, b] = [cosine / Math.sqrt(dot(weight, weight)), sine / Math.sqrt(dot(across, across))]
  const norm = Math.sqrt(dot(embedding, embedding))
  embedding.forEach((_, d) => {
    embedding[d] = norm * (a * (weight[d] as number) + b * (across[d] as number))
  })
}
