import type { Geometry, Recognition } from './evaluate.js'

/** One line of `metrics.json`: rates in percent, angles in degrees, the time of training in seconds. W-EC and W-Inter are NaN without class weights. */
export interface MetricsRow {
  readonly loss: string
  readonly seed: number
  readonly rank1: number
  readonly 'tarAtFar1e-2': number
  readonly 'tarAtFar1e-3': number
  readonly eer: number
  readonly wEc: number
  readonly wInter: number
  readonly intra: number
  readonly inter: number
  readonly seconds: number
}

/** What is measured: the numbers of a row. */
export type Measure = Exclude<keyof MetricsRow, 'loss' | 'seed'>

/** Brings the measurements of one run into a row. */
export const metricsRow = (
  loss: string,
  seed: number,
  recognition: Recognition,
  geometry: Geometry,
  seconds: number,
): MetricsRow => ({
  loss,
  seed,
  rank1: 100 * recognition.rank1,
  'tarAtFar1e-2': 100 * recognition.tarAtFar1e2,
  'tarAtFar1e-3': 100 * recognition.tarAtFar1e3,
  eer: 100 * recognition.eer,
  ...geometry,
  seconds,
})

/** Mean and standard deviation (of the sample; 0 for one value). */
export interface Summary {
  readonly mean: number
  readonly deviation: number
}

/** Mean ± standard deviation of one measure over the seeds of one loss. */
export const summarise = (
  rows: readonly MetricsRow[],
  loss: string,
  measure: Measure,
): Summary | undefined => {
  const values = rows.filter((row) => row.loss === loss).map((row) => row[measure])
  if (values.length === 0) return undefined
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }
}
