import { quantile } from 'd3-array'
import { classCount } from '../data/digits.js'
import type { Dimension } from './net.js'

/** Two classes beside each other; angles in radians. */
export interface Neighbours {
  /** Digits. */
  readonly classes: readonly [number, number]
  /** Angle between their centres. */
  readonly spacing: number
  /** How far each reaches towards the other. */
  readonly reach: readonly [number, number]
  /** What is left between them; below 0 they overlap. */
  readonly gap: number
}

/** What the features of a net say. */
export interface Measures {
  /** Share of the pictures whose own class has the largest logit. */
  readonly accuracy: number
  /** [8 · D] unit centres of the classes: means of unit features. */
  readonly centers: Float64Array
  /** On the circle the pairs around it, on the sphere each class with the one that is nearest. */
  readonly neighbours: readonly Neighbours[]
  readonly meanGap: number
  readonly positiveGaps: number
  /** Of two centres, radians. */
  readonly smallestSpacing: number
}

/** A class reaches as far as all but this share of its pictures: a few digits lie anywhere. */
const outside = 0.05

/** Rows as unit vectors; a zero row stays zero. */
export const unitRows = (rows: ArrayLike<number>, dimension: Dimension): Float64Array => {
  const units = Float64Array.from(rows)
  for (let at = 0; at < units.length; at += dimension) {
    const row = units.subarray(at, at + dimension)
    const norm = Math.hypot(...row)
    if (norm > 0)
      units.set(
        row.map((value) => value / norm),
        at,
      )
  }
  return units
}

/** Row i of `a` times row j of `b`. */
const dot = (
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  dimension: Dimension,
): number => {
  let sum = 0
  for (let k = 0; k < dimension; k++) {
    sum += (a[i * dimension + k] as number) * (b[j * dimension + k] as number)
  }
  return sum
}

/** How logits are made. */
interface Layer {
  readonly dimension: Dimension
  /** [8] of a linear layer, where lengths count; without them logits are cosines. */
  readonly biases?: ArrayLike<number>
}

/** Everything that is measured on features and class weights. */
export const measure = (
  features: ArrayLike<number>,
  classWeights: ArrayLike<number>,
  labels: ArrayLike<number>,
  { dimension, biases }: Layer,
): Measures => {
  const units = unitRows(features, dimension)
  const centers = centersOf(units, labels, dimension)
  const neighbours = pairsOf(centers, dimension).map((classes) =>
    between(classes, units, labels, centers, dimension),
  )
  const gaps = neighbours.map(({ gap }) => gap)
  return {
    accuracy: biases
      ? accuracyOf(features, classWeights, biases, labels, dimension)
      : accuracyOf(units, unitRows(classWeights, dimension), undefined, labels, dimension),
    centers,
    neighbours,
    meanGap: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
    positiveGaps: gaps.filter((gap) => gap > 0).length,
    smallestSpacing: Math.min(...neighbours.map(({ spacing }) => spacing)),
  }
}

/** Share of the rows whose own class has the largest logit. */
const accuracyOf = (
  features: ArrayLike<number>,
  weights: ArrayLike<number>,
  biases: ArrayLike<number> | undefined,
  labels: ArrayLike<number>,
  dimension: Dimension,
): number => {
  let right = 0
  for (let row = 0; row < labels.length; row++) {
    const scores = Array.from(
      { length: classCount },
      (_, c) => dot(features, row, weights, c, dimension) + (biases?.[c] ?? 0),
    )
    if (scores.indexOf(Math.max(...scores)) === labels[row]) right++
  }
  return right / labels.length
}

const centersOf = (
  units: Float64Array,
  labels: ArrayLike<number>,
  dimension: Dimension,
): Float64Array => {
  const sums = new Float64Array(classCount * dimension)
  for (let at = 0; at < units.length; at++) {
    const to = (labels[Math.floor(at / dimension)] as number) * dimension + (at % dimension)
    sums[to] = (sums[to] as number) + (units[at] as number)
  }
  return unitRows(sums, dimension)
}

/** Which classes lie beside each other. */
const pairsOf = (centers: Float64Array, dimension: Dimension): [number, number][] => {
  const classes = Array.from({ length: classCount }, (_, c) => c)
  if (dimension === 2) {
    const angle = (c: number): number =>
      Math.atan2(centers[2 * c + 1] as number, centers[2 * c] as number)
    const around = classes.sort((a, b) => angle(a) - angle(b))
    return around.map((c, i) => [c, around[(i + 1) % classCount] as number])
  }
  return classes.map((c) => {
    const cosine = (other: number): number =>
      other === c ? -2 : dot(centers, c, centers, other, dimension)
    return [c, classes.reduce((best, other) => (cosine(other) > cosine(best) ? other : best))]
  })
}

/** The geodesic from one centre to the other, and how far the pictures of both come along it. */
const between = (
  classes: readonly [number, number],
  units: Float64Array,
  labels: ArrayLike<number>,
  centers: Float64Array,
  dimension: Dimension,
): Neighbours => {
  const [a, b] = classes
  const cosine = Math.min(1, Math.max(-1, dot(centers, a, centers, b, dimension)))
  const spacing = Math.acos(cosine)
  const reachOf = (from: number, towards: number): number => {
    // Unit tangent at one centre towards the other.
    const tangent = Float64Array.from({ length: dimension }, (_, k) => {
      const along = centers[towards * dimension + k] as number
      return along - cosine * (centers[from * dimension + k] as number)
    })
    const direction = unitRows(tangent, dimension)
    const angles: number[] = []
    for (let row = 0; row < labels.length; row++) {
      if (labels[row] !== from) continue
      const along = dot(units, row, direction, 0, dimension)
      angles.push(Math.atan2(along, dot(units, row, centers, from, dimension)))
    }
    return quantile(angles, 1 - outside) ?? 0
  }
  const reach = [reachOf(a, b), reachOf(b, a)] as const
  return { classes, spacing, reach, gap: spacing - reach[0] - reach[1] }
}
