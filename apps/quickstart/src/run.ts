import { AngleHistory, type AngleSnapshot } from './angle-history.js'
import { type Dataset, datasetOf, featuresOf } from './dataset.js'
import { geometryOf, type Recognition, recognise } from './evaluate.js'
import { type Experiment, isPairLoss } from './experiments.js'
import { featureLength } from './features.js'
import { type Neighbours, nearest, queriesOf } from './neighbours.js'
import { embeddingLength } from './net/backbone.js'
import { testRange, trainRange } from './pictures/split.js'
import { type MetricsRow, metricsRow } from './rows.js'
import { type Step, type Trained, type TrainingOptions, train } from './train.js'

/** Pictures with their descriptions, shared by all runs of one process. */
export interface Benchmark {
  readonly training: Described
  readonly unseen: Described
}

interface Described {
  readonly dataset: Dataset
  readonly features: Float32Array
}

/** Everything that one trained network is reported with. */
export interface Outcome {
  readonly row: MetricsRow
  readonly recognition: Recognition
  readonly history: readonly AngleSnapshot[]
  /** Of the same few pictures in every run. */
  readonly neighbours: readonly Neighbours[]
}

/** Pictures of the page whose neighbours are shown. */
const shownCount = 12

/** Prepares training and test pictures from the sheet. */
export const prepareBenchmark = (sheet: Uint8Array): Benchmark => {
  const described = (dataset: Dataset): Described => ({ dataset, features: featuresOf(dataset) })
  return {
    training: described(datasetOf(sheet, trainRange)),
    unseen: described(datasetOf(sheet, testRange)),
  }
}

/** What a run leaves: the numbers, and the network they are of. */
export interface Run {
  readonly outcome: Outcome
  readonly trained: Trained
}

/** Trains one network and measures it on the emoji that it never saw. */
export const run = (
  { training, unseen }: Benchmark,
  experiment: Experiment,
  options: TrainingOptions,
  onStep: (step: Step) => void,
): Run => {
  const started = performance.now()
  const history = new AngleHistory()
  const steps = train(training.dataset, experiment, options)
  let next = steps.next()
  while (!next.done) {
    const { step, steps: total } = next.value
    history.add(next.value, step % (total / options.epochs) === 0)
    onStep(next.value)
    next = steps.next()
  }
  const seconds = (performance.now() - started) / 1000

  const { backbone, classWeights } = next.value
  const embeddings = backbone.embed(unseen.features)
  const recognition = recognise(embeddings, unseen.dataset, embeddingLength)
  const measured = geometryOf(backbone.embed(training.features), classWeights, training.dataset, {
    dimension: embeddingLength,
    subCenters: experiment.subCenters,
  })
  // Without class weights there are no angles to them: NaN in the row, null in the file, nothing in the table.
  const unknown = { wEc: Number.NaN, wInter: Number.NaN }
  const geometry = isPairLoss(experiment.loss) ? { ...measured, ...unknown } : measured
  const outcome = {
    row: metricsRow(experiment.key, options.seed, recognition, geometry, seconds),
    recognition,
    history: history.snapshots,
    neighbours: nearest(embeddings, queriesOf(unseen.dataset, shownCount), embeddingLength),
  }
  return { outcome, trained: next.value }
}

/** What the front end alone achieves: its values compared by cosine after taking off the training pictures' mean. */
export const runUntrained = ({ training, unseen }: Benchmark): Recognition => {
  const mean = new Float64Array(featureLength)
  const rows = training.dataset.labels.length
  for (let i = 0; i < training.features.length; i++) {
    const at = i % featureLength
    mean[at] = (mean[at] as number) + (training.features[i] as number) / rows
  }
  const centred = unseen.features.map((value, i) => value - (mean[i % featureLength] as number))
  return recognise(centred, unseen.dataset, featureLength)
}
