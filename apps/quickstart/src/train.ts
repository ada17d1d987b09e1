import { marginLoss } from '@arcmargin/wasm'
import { augment } from './augment.js'
import { type Dataset, pictureOf, withWrongLabels } from './dataset.js'
import type { Experiment } from './experiments.js'
import { describePicture, featureLength } from './features.js'
import { type Backbone, createBackbone, embeddingLength } from './net/backbone.js'
import { type Parameter, uniformParameter } from './net/parameter.js'
import { adamW } from './optimizer.js'
import { pictureLength } from './pictures/size.js'
import { type Random, random } from './random.js'
import { learningRate } from './schedule.js'

const batchSize = 128
const peakLearningRate = 4e-3
const weightDecay = 5e-4
const clip = 5

/** What a run of training is told. */
export interface TrainingOptions {
  readonly seed: number
  readonly epochs: number
}

/** How a run of training is doing, after one step. */
export interface Step {
  /** Counts from 1. */
  readonly step: number
  readonly steps: number
  /** Counts from 1. */
  readonly epoch: number
  /** Of this step's batch, as all below. */
  readonly loss: number
  /** Fraction of pictures whose own class (before the margin) is the nearest. */
  readonly accuracy: number
  /** θ between each picture and its label's class weight, in radians. */
  readonly targetAngles: Float64Array
  /** Which pictures of the batch carry a wrong label. */
  readonly mislabelled: readonly boolean[]
}

/** What training leaves behind. */
export interface Trained {
  readonly backbone: Backbone
  /** [classes · sub-centers · 64]. */
  readonly classWeights: Float32Array
}

/**
 * Trains a network and its class weights step by step: pictures are changed at random and described, the backbone runs in
 * TensorFlow.js, the loss and its gradients come from Arcmargin, AdamW changes both. Stop by not asking for the next step.
 *
 * @returns through the generator: the trained network; the same seed gives the same numbers.
 */
export function* train(
  dataset: Dataset,
  experiment: Experiment,
  { seed, epochs }: TrainingOptions,
): Generator<Step, Trained, void> {
  const { loss, subCenters, wrongLabels } = experiment
  const rows = dataset.labels.length
  const labels = withWrongLabels(dataset, wrongLabels, random(seed, 'wrong labels'))
  const backbone = createBackbone(random(seed, 'backbone'))
  const head = startHead(experiment, dataset.classes, random(seed, 'head'))
  const optimizer = adamW([...backbone.parameters, head], { weightDecay, clip })

  const shuffle = random(seed, 'shuffle')
  const chance = random(seed, 'augment')
  const size = Math.min(batchSize, rows)
  const batches = Math.floor(rows / size)
  const steps = batches * epochs
  const picture = new Float32Array(pictureLength)
  const features = new Float32Array(size * featureLength)
  let order: Uint32Array = new Uint32Array()
  const embeddingGradient = new Float32Array(size * embeddingLength)

  for (let step = 0; step < steps; step++) {
    const batch = step % batches
    if (batch === 0) order = shuffle.permutation(rows)
    const chosen = order.subarray(batch * size, (batch + 1) * size)
    for (const [i, row] of chosen.entries()) {
      augment(pictureOf(dataset, row), picture, chance)
      describePicture(picture, features.subarray(i * featureLength, (i + 1) * featureLength))
    }
    const batchLabels = Int32Array.from(chosen, (row) => labels[row] as number)
    const result = backbone.learn(features, (embeddings) => {
      const result = marginLoss(
        loss,
        {
          embeddings,
          classWeights: head.value,
          labels: batchLabels,
          dimension: embeddingLength,
          subCenters,
        },
        { gradients: { embeddings: embeddingGradient, classWeights: head.gradient } },
      )
      return { result, gradient: embeddingGradient }
    })
    optimizer.step(learningRate(peakLearningRate, step, steps))
    yield {
      step: step + 1,
      steps,
      epoch: Math.floor(step / batches) + 1,
      loss: result.loss,
      accuracy: result.accuracy,
      targetAngles: result.targetAngles,
      mislabelled: Array.from(chosen, (row) => labels[row] !== dataset.labels[row]),
    }
  }
  return { backbone, classWeights: head.value }
}

const startHead = (
  { start, subCenters }: Experiment,
  classes: number,
  random: Random,
): Parameter => {
  const centers = classes * subCenters
  const variance = start === 'fanIn' ? 1 / embeddingLength : 2 / (embeddingLength + centers)
  // A uniform distribution over ±bound has the variance bound² / 3.
  return uniformParameter(centers * embeddingLength, Math.sqrt(3 * variance), random)
}
