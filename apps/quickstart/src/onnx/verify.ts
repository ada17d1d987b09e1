import { topK } from '@arcmargin/core/head'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Experiment } from '../experiments.js'
import { featureLength } from '../features.js'
import { embeddingLength } from '../net/backbone.js'
import type { Trained } from '../train.js'
import { bestCount, networkModel } from './network.js'

/** A network as a file, and how it does in ONNX Runtime beside the one that was trained. */
export interface ExportedNetwork {
  /** Title of the experiment. */
  readonly title: string
  readonly bytes: Uint8Array
  /** Largest difference in any entry of an embedding. */
  readonly difference: number
  readonly pictures: number
  /** Pictures whose best class is another one. */
  readonly otherClass: number
}

/** Writes a trained network as an ONNX model, runs that on pictures, and compares. */
export const exportVerified = async (
  trained: Trained,
  experiment: Experiment,
  features: Float32Array,
): Promise<ExportedNetwork> => {
  const bytes = networkModel(trained, experiment)
  const pictures = features.length / featureLength
  // One thread: the other cores are training.
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 })
  const input = new Tensor('float32', features, [pictures, featureLength])
  const { embedding, topClasses } = await session.run({ features: input })
  await session.release()

  const embeddings = trained.backbone.embed(features)
  const { classWeights } = trained
  const { subCenters } = experiment
  const { classes } = topK({ embeddings, classWeights, dimension: embeddingLength, subCenters }, 1)
  const actual = embedding?.data as Float32Array
  const best = topClasses?.data as BigInt64Array
  return {
    title: experiment.title,
    bytes,
    difference: embeddings.reduce((most, x, i) => Math.max(most, Math.abs(x - actual[i]!)), 0),
    pictures,
    otherClass: classes.reduce(
      (count, c, i) => count + (Number(best[i * bestCount]) === c ? 0 : 1),
      0,
    ),
  }
}

/** What the demo prints of it. */
export const verification = ({
  title,
  difference,
  pictures,
  otherClass,
}: ExportedNetwork): string =>
  `embedding.onnx: the net of ${title} with its classifier, in ONNX Runtime beside TensorFlow.js on ${pictures} unseen pictures:
embeddings differ by at most ${difference.toExponential(1)}, the best class in ${otherClass} of them.`
