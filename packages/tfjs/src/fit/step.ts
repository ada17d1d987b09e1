import { NonFiniteError } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { untilLost, watchedBackend } from '../gpu.js'
import type { MarginHead } from '../margin-head/margin-head.js'
import type { BatchSource, FitBatch } from './batches.js'
import type { Settings } from './options.js'

/** Loss and accuracy, and of how many samples they are the mean. */
export interface Measured {
  readonly loss: number
  readonly acc?: number
  /** Samples that are not ignored. */
  readonly counted: number
}

const countOf = (labels: Int32Array): number =>
  labels.reduce((n, label) => n + Number(label >= 0), 0)

/** Numbers of a tensor, or the news that they are lost. */
const read = (tensor: tf.Tensor): Promise<ArrayLike<number> & Iterable<number>> =>
  untilLost(watchedBackend(), tensor.data())

/** Share of the samples whose best class, without margin, is their own. */
const accuracyOf = async (
  head: MarginHead,
  embeddings: tf.Tensor,
  labels: Int32Array,
): Promise<number> => {
  const { classes, scores } = head.topK(embeddings, 1)
  const best = await read(classes)
  tf.dispose([classes, scores])
  const right = labels.reduce((n, label, row) => n + Number(label >= 0 && label === best[row]), 0)
  return right / Math.max(countOf(labels), 1)
}

/**
 * One step of the optimiser on backbone and head.
 *
 * @throws NonFiniteError where the loss is not finite; no weight has moved then.
 */
export const trainOnBatch = async (
  head: MarginHead,
  { backbone, optimizer, accuracy, random }: Settings,
  { inputs, labels }: FitBatch,
): Promise<Measured> => {
  const frozen = await backbone.frozen?.(inputs)
  let embedded: tf.Tensor | undefined
  const step = optimizer.computeGradients(() => {
    const { embeddings, losses } = backbone.embed(frozen ?? inputs, true)
    if (accuracy) embedded = tf.keep(tf.clone(embeddings))
    const loss = head.loss(embeddings, labels, { random })
    return losses.reduce((sum, own) => tf.add(sum, own), loss) as tf.Scalar
  }, [...backbone.weights, ...head.trainableWeights])
  const { value, grads } = step
  try {
    const [loss] = await read(value)
    if (!Number.isFinite(loss)) {
      throw new NonFiniteError('is not finite', {
        argument: 'loss',
        value: loss,
        allowed: 'finite inputs, and a learning rate at which training does not diverge',
      })
    }
    const counted = countOf(labels)
    const acc = embedded && { acc: await accuracyOf(head, embedded, labels) }
    optimizer.applyGradients(grads)
    head.clampParameters()
    return { loss: loss as number, counted, ...acc }
  } finally {
    tf.dispose([value, grads, frozen ?? [], embedded ?? []])
  }
}

/** Loss and accuracy of a batch without training. */
const measureBatch = async (
  head: MarginHead,
  { backbone, accuracy }: Settings,
  { inputs, labels }: FitBatch,
): Promise<Measured> => {
  const frozen = await backbone.frozen?.(inputs)
  const embeddings = tf.tidy(() => backbone.embed(frozen ?? inputs, false).embeddings)
  const value = head.loss(embeddings, labels, { training: false })
  try {
    const [loss = Number.NaN] = await read(value)
    const acc = accuracy && { acc: await accuracyOf(head, embeddings, labels) }
    return { loss, counted: countOf(labels), ...acc }
  } finally {
    tf.dispose([value, embeddings])
  }
}

/** The mean of batches, each weighted by the samples that count. */
export const meanOf = (batches: readonly Measured[]): Record<string, number> => {
  const total = batches.reduce((sum, { counted }) => sum + counted, 0)
  const mean = (key: 'loss' | 'acc'): number =>
    batches.reduce((sum, batch) => sum + (batch[key] ?? 0) * batch.counted, 0) / Math.max(total, 1)
  return { loss: mean('loss'), ...(batches[0]?.acc === undefined ? {} : { acc: mean('acc') }) }
}

/** Means over a whole source. */
export const measure = async (
  head: MarginHead,
  settings: Settings,
  source: BatchSource,
): Promise<Record<string, number>> => {
  const measured: Measured[] = []
  for await (const batch of source.epoch()) {
    try {
      settings.signal?.throwIfAborted()
      measured.push(await measureBatch(head, settings, batch))
    } finally {
      batch.inputs.dispose()
    }
  }
  return meanOf(measured)
}
