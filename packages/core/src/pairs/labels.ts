import { LabelError, ParameterError, ShapeError } from '../errors.js'
import { countRows, positiveInteger } from '../head/layout.js'
import type { PairBatch } from './batch.js'

const largest = 2 ** 31 - 1

/** Labels as whole numbers, -1 for what is ignored. */
export const readRows = (argument: string, labels: ArrayLike<number>, rows: number): Int32Array => {
  if (labels.length !== rows) {
    const allowed = `${rows}, one for each row`
    throw new ShapeError(`has ${labels.length} values`, { argument, allowed })
  }
  return Int32Array.from(labels, (value, row) => {
    if (Number.isInteger(value) && value >= -1 && value <= largest) return value
    const allowed = `whole numbers 0 to ${largest}, or -1 to ignore the row`
    throw new LabelError('is not a label', { argument, row, value, allowed })
  })
}

/** N: samples of a batch, whose views count together. */
export const countSamples = (
  batch: Pick<PairBatch, 'embeddings' | 'views'>,
  dimension: number,
): number => {
  const views = positiveInteger('views', batch.views ?? 1)
  const unit = views === 1 ? 'dimension' : 'views * dimension'
  return countRows('embeddings', batch.embeddings.length, views * dimension, unit)
}

/** [M]: labels of the second set; row j has label j where there are none. */
export const readLabelsOfOthers = (
  labels: ArrayLike<number> | undefined,
  rows: number,
): Int32Array =>
  labels
    ? readRows('others.labels', labels, rows)
    : Int32Array.from({ length: rows }, (_, row) => row)

/** [N·V]: each sample's label for all of its views; the sample's index where there are no labels but views or others. */
export const readLabels = (
  batch: Pick<PairBatch, 'labels' | 'views'> & { readonly others?: unknown },
  samples: number,
): Int32Array => {
  const { labels, views = 1 } = batch
  if (!labels && !batch.others && views === 1) {
    const allowed = '[N]; without views or others nothing says which samples belong together'
    throw new ParameterError('are needed', { argument: 'labels', allowed })
  }
  const own = labels ? readRows('labels', labels, samples) : undefined
  return Int32Array.from({ length: samples * views }, (_, row) => {
    const sample = Math.floor(row / views)
    return own ? (own[sample] as number) : sample
  })
}
