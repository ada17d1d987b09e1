import { type Ort, OrtTrainer } from '@arcmargin/onnx'
import { random } from '@arcmargin/quickstart/random'
import { classes, classOf, type Features, lookedUpRows, trainingRows } from './pictures.js'
import { dimension, Projection } from './projection.js'

/** Pictures in a step. */
export const batchSize = 64

/** The learning rate that a visitor starts from, by optimiser. */
export const startingRates = { sgd: 0.1, adam: 0.02, adamw: 0.02 } as const

const seed = 1

/** What a step did. */
export interface StepRecord {
  readonly step: number
  readonly loss: number
  /** Share of the pictures that are looked up whose nearest training picture shows the same emoji. */
  readonly rank1: number
}

/** A picture near another one. */
export interface Neighbour {
  readonly row: number
  /** Radians. */
  readonly theta: number
}

/** Rows of length 1. */
const unitRows = (embeddings: Float32Array): Float32Array => {
  const unit = embeddings.slice()
  for (let start = 0; start < unit.length; start += dimension) {
    const row = unit.subarray(start, start + dimension)
    const norm = Math.hypot(...row) || 1
    for (let d = 0; d < dimension; d++) row[d]! /= norm
  }
  return unit
}

/** A run of training: the head's step in ONNX Runtime, the projection's on the gradient that it gives out. */
export class Training {
  readonly projection: Projection
  readonly #trainer: OrtTrainer
  readonly #random = random(seed, 'batches')
  #steps = 0

  private constructor(trainer: OrtTrainer, projection: Projection) {
    this.#trainer = trainer
    this.projection = projection
  }

  /** Starts ONNX Runtime with a training step for the page's sizes; the same seed every time. */
  static async create(
    ort: Ort,
    model: Uint8Array,
    features: Features,
    subCenters: number,
  ): Promise<Training> {
    const { between } = random(seed, 'class weights')
    const length = classes * subCenters * dimension
    const classWeights = Float32Array.from({ length }, () => between(-0.3, 0.3))
    const trainer = await OrtTrainer.create({ ort, model, values: { classWeights } })
    return new Training(trainer, new Projection(features, seed))
  }

  /** How it stands before the first step. */
  get start(): Omit<StepRecord, 'loss'> {
    return { step: 0, rank1: this.#rank1() }
  }

  /** One step of a batch drawn at random. */
  async step(learningRate: number): Promise<StepRecord> {
    const rows = Array.from(
      { length: batchSize },
      () => trainingRows[this.#random.below(trainingRows.length)]!,
    )
    const embeddings = this.projection.project(rows)
    const labels = rows.map(classOf)
    const results = await this.#trainer.step({ embeddings, labels, learningRate })
    const gradient = results['embeddings.gradient']!.data as Float32Array
    this.projection.descend(rows, gradient, learningRate)
    this.#steps++
    return { step: this.#steps, loss: Number(results.loss.data[0]), rank1: this.#rank1() }
  }

  /** The training pictures nearest to a row by angle, nearest first. */
  neighboursOf(row: number, count: number): Neighbour[] {
    const [asked, gallery] = this.#units([row])
    return trainingRows
      .map((other, at) => ({ row: other, cosine: this.#cosine(asked, 0, gallery, at) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, count)
      .map(({ row: other, cosine }) => ({
        row: other,
        theta: Math.acos(Math.min(1, Math.max(-1, cosine))),
      }))
  }

  /** The class weights as they are now. */
  async classWeights(): Promise<Float32Array> {
    const { classWeights } = await this.#trainer.export()
    return classWeights!
  }

  /** Frees what ONNX Runtime holds. */
  dispose(): Promise<void> {
    return this.#trainer.dispose()
  }

  #units(rows: readonly number[]): [Float32Array, Float32Array] {
    return [
      unitRows(this.projection.project(rows)),
      unitRows(this.projection.project(trainingRows)),
    ]
  }

  #cosine(a: Float32Array, i: number, b: Float32Array, j: number): number {
    let sum = 0
    for (let d = 0; d < dimension; d++) sum += a[i * dimension + d]! * b[j * dimension + d]!
    return sum
  }

  #rank1(): number {
    const [asked, gallery] = this.#units(lookedUpRows)
    const right = lookedUpRows.filter((row, i) => {
      let [best, at] = [-2, 0]
      trainingRows.forEach((other, j) => {
        const cosine = this.#cosine(asked, i, gallery, j)
        if (cosine > best) [best, at] = [cosine, other]
      })
      return classOf(at) === classOf(row)
    })
    return right.length / lookedUpRows.length
  }
}
