import { targetAngles } from '@arcmargin/metrics'
import * as tf from '@tensorflow/tfjs-core'
import { shuffler } from 'd3-array'
import { randomLcg } from 'd3-random'
import { type Digits, pixelCount, type Split } from '../data/digits.js'
import { Learner, type Picture } from './learner.js'
import { type LossKey, lossOf } from './losses.js'
import { type Measures, measure } from './measure.js'
import type { Dimension } from './net.js'
import type { Settings } from './settings.js'

/** Pictures in a step. */
const batchSize = 64

/** Rounds through the training digits. */
const epochs = 10

/** Adam's learning rate at the start; it falls to 0 along half a cosine. */
const peakRate = 2e-3

/** How the nets are made. */
export interface Start {
  readonly dimension: Dimension
  readonly seed: number
  readonly keys: readonly LossKey[]
}

/** Which digits are looked at: some that nets are trained on, or as many that they never see. */
export type Shown = 'trained' | 'heldOut'

/** What one net makes of some digits. */
export interface Seen extends Picture {
  readonly measures: Measures
  /** [N] angle between each feature and its own class weight, radians. */
  readonly angles: Float64Array
}

/** All nets after a step. */
export interface Snapshot {
  readonly dimension: Dimension
  readonly step: number
  readonly steps: number
  readonly seen: Readonly<Partial<Record<LossKey, Readonly<Record<Shown, Seen>>>>>
}

const tensorOf = ({ pixels, labels }: Digits): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from(pixels, (value) => value / 255),
    [labels.length, pixelCount],
  )

/** Nets that differ in their loss and its last layer alone: the same weights below it at the start, the same batches in the same order. */
export class Experiment {
  readonly #split: Split
  readonly #start: Start
  readonly #learners: ReadonlyMap<LossKey, Learner>
  readonly #training: tf.Tensor2D
  readonly #looked: Readonly<Record<Shown, tf.Tensor2D>>
  readonly #shuffle: (rows: number[]) => number[]
  #order: number[] = []
  #step = 0

  constructor(split: Split, start: Start) {
    this.#split = split
    this.#start = start
    this.#learners = new Map(
      start.keys.map((key) => {
        const last = key === 'softmax' ? 'linear' : 'even'
        return [key, new Learner(start.dimension, start.seed, last)]
      }),
    )
    this.#training = tensorOf(split.training)
    this.#looked = { trained: tensorOf(split.trained), heldOut: tensorOf(split.heldOut) }
    this.#shuffle = shuffler(randomLcg(start.seed))
  }

  get #batches(): number {
    return Math.floor(this.#split.training.labels.length / batchSize)
  }

  /** Steps in all. */
  get steps(): number {
    return epochs * this.#batches
  }

  /** Whether all steps are done. */
  get isDone(): boolean {
    return this.#step >= this.steps
  }

  /** One step of every net, with the margins as they are set now. */
  step(settings: Settings): void {
    const { labels } = this.#split.training
    const batch = this.#step % this.#batches
    if (batch === 0) this.#order = this.#shuffle(Array.from(labels.keys()))
    const rows = this.#order.slice(batch * batchSize, (batch + 1) * batchSize)
    const rate = (peakRate / 2) * (1 + Math.cos((Math.PI * this.#step) / this.steps))
    const own = rows.map((row) => labels[row] as number)
    // No scope around the learners: what they keep would go with it.
    const pictures = tf.tidy(() => tf.gather(this.#training, tf.tensor1d(rows, 'int32')))
    for (const [key, learner] of this.#learners) {
      learner.step(lossOf(key, settings), pictures, own, rate)
    }
    pictures.dispose()
    this.#step++
  }

  /** Waits until the steps so far are computed. */
  async settle(): Promise<void> {
    await Promise.all(Array.from(this.#learners.values(), (learner) => learner.settle()))
  }

  /** What every net makes of the digits that are looked at, now. */
  async look(settings: Settings): Promise<Snapshot> {
    const seen: Partial<Record<LossKey, Record<Shown, Seen>>> = {}
    for (const [key, learner] of this.#learners) {
      const through = (shown: Shown): Promise<Seen> => this.#lookWith(key, learner, settings, shown)
      seen[key] = { trained: await through('trained'), heldOut: await through('heldOut') }
    }
    const { dimension } = this.#start
    return { dimension, step: this.#step, steps: this.steps, seen }
  }

  async #lookWith(key: LossKey, learner: Learner, settings: Settings, shown: Shown): Promise<Seen> {
    const { labels } = this.#split[shown]
    const { dimension } = this.#start
    const picture = await learner.look(lossOf(key, settings), this.#looked[shown], labels)
    const { features, classWeights, biases } = picture
    return {
      ...picture,
      measures: measure(features, classWeights, labels, {
        dimension,
        ...(biases ? { biases } : {}),
      }),
      angles: targetAngles(features, classWeights, labels, { dimension }),
    }
  }

  /** Frees everything. */
  dispose(): void {
    for (const learner of this.#learners.values()) learner.dispose()
    tf.dispose([this.#training, ...Object.values(this.#looked)])
  }
}
