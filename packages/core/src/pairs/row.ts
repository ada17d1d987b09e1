import type { Columns } from './direction.js'

/** One anchor with the scores of its pairs. */
export interface Row extends Columns {
  /** Row of the direction's anchors. */
  readonly anchor: number
  readonly label: number
  /** Parameters as they are for this anchor. */
  readonly uniform: Readonly<Record<string, number>>
  /** φ+ by positive lane. */
  readonly plus: Float64Array
  /** φ- by negative lane. */
  readonly minus: Float64Array
  /** d loss/dφ+ by positive lane: set by the reduction's second pass, 0 before. */
  readonly plusPull: Float64Array
  readonly minusPull: Float64Array
  /** φ- of a positive lane's sample with each negative lane. */
  swapped(positive: number): Float64Array
  /** Takes d loss by these scores. */
  pullSwapped(positive: number, pulls: Float64Array): void
  /** Takes d loss by a parameter through the term itself. */
  pullParameter(name: string, slope: number): void
}

/** From the scores of all anchors to one loss, in two passes. */
export interface Reduction {
  take(row: Row): void
  /** After all anchors were taken; d loss/d term is then known. */
  finish(): number
  /** Writes a row's pulls. */
  pull(row: Row): void
}
