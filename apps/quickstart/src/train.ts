import { augment } from './augment.js'
import { balancedBatches, shuffledBatches } from './batches.js'
import { type Dataset, featuresOf, pictureOf, withWrongLabels } from './dataset.js'
import { type Experiment, isPairLoss } from './experiments.js'
import { describePicture, featureLength } from './features.js'
import { type Backbone, createBackbone, embeddingLength } from './net/backbone.js'
import { createObjective } from './objective.js'
import { adamW } from './optimizer.js'
import { pictureLength } from './pictures/size.js'
import { random } from './random.js'
import { learningRate } from './schedule.js'

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
  /** θ between each picture and its label's class weight, in radians; none where the loss has no class weights. */
  readonly targetAngles: Float64Array
  /** Which pictures of the batch carry a wrong label. */
  readonly mislabelled: readonly boolean[]
}

/** What training leaves behind. */
export interface Trained {
  readonly backbone: Backbone
  /** [classes · sub-centers · 64]; of a loss without class weights the centres of the training pictures. */
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
  const { loss, wrongLabels } = experiment
  const { classes } = dataset
  const labels = withWrongLabels(dataset, wrongLabels, random(seed, 'wrong labels'))
  const backbone = createBackbone(random(seed, 'backbone'))
  const objective = createObjective(experiment, classes, random(seed, 'head'))
  const { head } = objective
  const parameters = [...backbone.parameters, ...(head ? [head] : [])]
  const optimizer = adamW(parameters, { weightDecay, clip })

  const chance = random(seed, 'augment')
  const rows = dataset.labels.length
  const batches = isPairLoss(loss)
    ? balancedBatches(labels, classes, seed)
    : shuffledBatches(rows, seed)
  const { size } = batches
  const stepsOfEpoch = Math.floor(rows / size)
  const steps = stepsOfEpoch * epochs
  const picture = new Float32Array(pictureLength)
  const features = new Float32Array(size * featureLength)

  for (let step = 0; step < steps; step++) {
    const chosen = Array.from(batches.next())
    for (const [i, row] of chosen.entries()) {
      augment(pictureOf(dataset, row), picture, chance)
      describePicture(picture, features.subarray(i * featureLength, (i + 1) * featureLength))
    }
    const batchLabels = Int32Array.from(chosen, (row) => labels[row] as number)
    const verdict = backbone.learn(features, (embeddings) => {
      const result = objective.judge(embeddings, batchLabels)
      return { result, gradient: result.gradient }
    })
    optimizer.step(learningRate(peakLearningRate, step, steps))
    yield {
      step: step + 1,
      steps,
      epoch: Math.floor(step / stepsOfEpoch) + 1,
      loss: verdict.loss,
      targetAngles: verdict.targetAngles,
      mislabelled: chosen.map((row) => labels[row] !== dataset.labels[row]),
    }
  }
  return { backbone, classWeights: head?.value ?? centresOf(backbone, dataset) }
}

/** The sum of the normalised embeddings of each class: what its pictures are nearest to. */
const centresOf = (backbone: Backbone, dataset: Dataset): Float32Array => {
  const embeddings = backbone.embed(featuresOf(dataset))
  const centres = new Float32Array(dataset.classes * embeddingLength)
  dataset.labels.forEach((label, row) => {
    const own = embeddings.subarray(row * embeddingLength, (row + 1) * embeddingLength)
    const norm = Math.hypot(...own)
    const centre = centres.subarray(label * embeddingLength, (label + 1) * embeddingLength)
    own.forEach((value, d) => {
      centre[d] = (centre[d] as number) + value / norm
    })
  })
  return centres
}
