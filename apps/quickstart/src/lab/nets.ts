import { withWrongLabels } from '../dataset.js'
import { type Experiment, experimentOf } from '../experiments.js'
import { embeddingLength } from '../net/backbone.js'
import { random } from '../random.js'
import type { Benchmark } from '../run.js'
import { type Trained, train } from '../train.js'
import { refine, subsetOf } from './refine.js'

/** Embeddings of the unseen emoji by one trained net. */
export interface Net {
  readonly key: string
  readonly title: string
  readonly embeddings: Float32Array
}

/** How the noisy labels were found, against the truth. */
export interface Refined {
  readonly pictures: number
  /** Labels that were made wrong. */
  readonly wrong: number
  readonly dropped: number
  /** Dropped labels that were wrong. */
  readonly found: number
  /** Largest angle to the dominant sub-center that is kept, in degrees. */
  readonly threshold: number
}

const thresholdDegrees = 75

/** Nets of the verification lab: two losses on clean labels, then the same loss on noisy and on refined labels. */
export const trainNets = (
  benchmark: Benchmark,
  seed: number,
  epochs: number,
  onNet: (title: string) => void,
): { readonly nets: readonly Net[]; readonly refined: Refined } => {
  const { training, unseen } = benchmark
  const learn = (experiment: Experiment, dataset = training.dataset): Trained => {
    onNet(experiment.title)
    const steps = train(dataset, experiment, { seed, epochs })
    let next = steps.next()
    while (!next.done) next = steps.next()
    return next.value
  }
  const netOf = (key: string, title: string, { backbone }: Trained): Net => ({
    key,
    title,
    embeddings: backbone.embed(unseen.features),
  })

  const softmax = netOf('softmax', 'softmax', learn(experimentOf('softmax')))
  const arcFace = netOf('arcface', 'ArcFace 0.5', learn(experimentOf('arcface')))

  const single = experimentOf('arcface-noisy')
  const original = netOf('original', 'ArcFace 0.3 on original labels', learn(single))
  const finder = experimentOf('arcface-noisy-k3')
  const { backbone, classWeights } = learn(finder)
  const labels = withWrongLabels(training.dataset, finder.wrongLabels, random(seed, 'wrong labels'))
  const { kept, dropped } = refine(
    {
      embeddings: backbone.embed(training.features),
      classWeights,
      labels,
      classes: training.dataset.classes,
      dimension: embeddingLength,
      subCenters: finder.subCenters,
    },
    (thresholdDegrees * Math.PI) / 180,
  )
  const cleaned = subsetOf(training.dataset, kept, labels)
  const refinedNet = netOf(
    'refined',
    'ArcFace 0.3 on refined labels',
    learn({ ...single, wrongLabels: 0 }, cleaned),
  )
  const isWrong = (row: number): boolean => labels[row] !== training.dataset.labels[row]
  return {
    nets: [softmax, arcFace, original, refinedNet],
    refined: {
      pictures: labels.length,
      wrong: Array.from(labels.keys()).filter(isWrong).length,
      dropped: dropped.length,
      found: dropped.filter(isWrong).length,
      threshold: thresholdDegrees,
    },
  }
}
