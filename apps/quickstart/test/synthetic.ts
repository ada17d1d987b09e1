import type { Dataset } from '../src/dataset.js'
import { featuresOf } from '../src/dataset.js'
import type { Recognition } from '../src/evaluate.js'
import { farGrid, ranks } from '../src/evaluate.js'
import { experimentOf } from '../src/experiments.js'
import { pictureLength } from '../src/pictures/size.js'
import { random } from '../src/random.js'
import type { MetricsRow } from '../src/rows.js'
import { type Benchmark, type Run, run } from '../src/run.js'

/** Made-up emoji: a few coloured blots each, that every “vendor” draws with some noise of its own. */
const blots = (classes: number, purpose: string): Dataset => {
  const vendors = 7
  const rows = classes * vendors
  const ink = new Float32Array(rows * pictureLength)
  for (let label = 0; label < classes; label++) {
    for (let vendor = 0; vendor < vendors; vendor++) {
      const shape = random(label, purpose)
      const own = random(label * vendors + vendor, `${purpose} vendor`)
      const start = (label * vendors + vendor) * pictureLength
      for (let blot = 0; blot < 5; blot++) {
        const x = Math.round(shape.between(2, 24) + own.between(-1, 1))
        const y = Math.round(shape.between(2, 24) + own.between(-1, 1))
        const colour = [shape.between(0, 1), shape.between(0, 1), shape.between(0, 1)]
        for (let pixel = 0; pixel < 36; pixel++) {
          const at = start + ((y + Math.floor(pixel / 6)) * 32 + x + (pixel % 6)) * 3
          ink.set(colour, at)
        }
      }
    }
  }
  return {
    ink,
    labels: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / vendors)),
    vendors: Int32Array.from({ length: rows }, (_, row) => row % vendors),
    classes,
  }
}

/** A benchmark that trains in a second: 20 made-up emoji to learn, 14 others to tell apart. */
export const tinyBenchmark = (): Benchmark => {
  const [training, unseen] = [blots(20, 'training'), blots(14, 'unseen')]
  return {
    training: { dataset: training, features: featuresOf(training) },
    unseen: { dataset: unseen, features: featuresOf(unseen) },
  }
}

/** Trains on the tiny benchmark; returns what it leaves and the loss of every step. */
export const tinyRun = (
  benchmark: Benchmark,
  key: string,
  seed: number,
  epochs: number,
): Run & { readonly losses: readonly number[] } => {
  const losses: number[] = []
  const options = { seed, epochs }
  const { outcome, trained } = run(benchmark, experimentOf(key), options, ({ loss }) =>
    losses.push(loss),
  )
  return { outcome, trained, losses }
}

/** A row whose every measure is 50 but for the given ones. */
export const rowOf = (
  loss: string,
  seed: number,
  measures: Partial<MetricsRow> = {},
): MetricsRow => ({
  loss,
  seed,
  rank1: 50,
  'tarAtFar1e-2': 50,
  'tarAtFar1e-3': 50,
  eer: 50,
  wEc: 50,
  wInter: 50,
  intra: 50,
  inter: 50,
  seconds: 50,
  ...measures,
})

/** Made-up curves. */
export const recognitionOf = (rank1: number): Recognition => ({
  rank1,
  tarAtFar1e2: 0.6,
  tarAtFar1e3: 0.4,
  eer: 0.1,
  rPrecision: 0.5,
  roc: farGrid.map((far) => far ** 0.2),
  cmc: Array.from({ length: ranks }, (_, k) => 1 - (1 - rank1) / (k + 1)),
})
