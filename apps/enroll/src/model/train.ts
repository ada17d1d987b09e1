import { arcFace, MarginHead } from '@arcmargin/wasm'
import { normalised } from './vectors.js'

/** The loss of the head. A handful of pictures asks for a small scale; 64 is for millions. Radians. */
export const loss = arcFace({ margin: 0.5, scale: 16 })

/**
 * A short walk. A handful of rows is told apart in dozens of dimensions at once; from there on, a class weight only leaves its
 * pictures, and with them what tells a thing from strangers.
 */
const steps = 10
const peakRate = 0.003

/** What a head learns from: rows of embeddings, and whose they are. */
interface TrainingRows {
  readonly rows: readonly Float32Array[]
  /** Integers from 0 to classes - 1. */
  readonly labels: readonly number[]
  readonly classes: number
  readonly dimension: number
}

/** How a long computation is followed and stopped. */
export interface Course {
  /** Told the fraction that is done, from 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
  /** Awaited between steps: lets the page draw. */
  readonly pause?: (() => Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** The course of a part, which takes `share` of the whole after `start`. */
export const partOf = (course: Course, start: number, share: number): Course => ({
  ...course,
  onProgress: (done) => course.onProgress?.(start + share * done),
})

/** The direction in which a class's rows lie: where its class weight starts. */
const startOf = ({ rows, labels, classes, dimension }: TrainingRows): Float32Array => {
  const weights = new Float32Array(classes * dimension)
  for (const [row, embedding] of rows.entries()) {
    const start = (labels[row] as number) * dimension
    for (const [i, value] of normalised(embedding).entries()) {
      weights[start + i] = (weights[start + i] as number) + value
    }
  }
  for (let start = 0; start < weights.length; start += dimension) {
    weights.set(normalised(weights.subarray(start, start + dimension)), start)
  }
  return weights
}

/**
 * Trains class weights with ArcFace on frozen embeddings. One class alone has nothing to be told from: its weight is where its rows
 * lie.
 *
 * @returns class weights, [classes · dimension]; the same rows give the same weights.
 * @throws the signal's reason; core's errors for rows that do not fit.
 */
export const trainHead = async (
  training: TrainingRows,
  { onProgress, pause, signal }: Course = {},
): Promise<Float32Array> => {
  const { rows, labels, classes, dimension } = training
  const weights = startOf(training)
  if (classes === 1) return weights
  const embeddings = new Float32Array(rows.length * dimension)
  for (const [row, embedding] of rows.entries()) embeddings.set(embedding, row * dimension)
  const optimizer = { type: 'adamW', learningRate: peakRate, weightDecay: 0 } as const
  const head = await MarginHead.create({ loss, classes, dimension, weights, optimizer })
  try {
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted()
      const learningRate = (peakRate / 2) * (1 + Math.cos((Math.PI * step) / steps))
      await head.step({ embeddings, labels: Int32Array.from(labels) }, { learningRate })
      onProgress?.((step + 1) / steps)
      await pause?.()
    }
    return await head.readWeights()
  } finally {
    await head.dispose()
  }
}
