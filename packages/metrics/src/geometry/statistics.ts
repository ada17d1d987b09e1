import type { Rows } from '../checks.js'
import { EmptyError } from '../errors.js'
import { prepare } from '../similarity.js'
import { angleBetween, smallestAngle, type UnitRows } from './angle.js'
import { type Centers, centersOf, unitRows } from './centers.js'
import {
  type ClassWeightOptions,
  type ClassWeights,
  checkClasses,
  prepareClassWeights,
} from './class-weights.js'

/** Angles of embeddings among themselves, in radians. */
export interface EmbeddingAngles {
  /** Mean over rows of the angle between a row and the centre of its class. */
  readonly intra: number
  /** Mean over classes of the smallest angle between the centre and another class's centre. */
  readonly inter: number
}

/** The angle statistics of the ArcFace paper, in radians. */
export interface AngleStatistics extends EmbeddingAngles {
  /** Mean over classes that occur of the angle between the class weight (its nearest sub-center) and the class's centre. */
  readonly wEC: number
  /** Mean over classes of the smallest angle between a weight of the class and a weight of another class. */
  readonly wInter: number
}

const mean = (count: number, value: (i: number) => number): number => {
  let sum = 0
  for (let i = 0; i < count; i++) sum += value(i)
  return sum / count
}

/** Mean over groups of `size` rows of the smallest angle to a row of another group. */
const meanNearestOther = (rows: UnitRows, groups: number, size: number): number =>
  mean(groups, (group) => {
    const [from, to] = [group * size, (group + 1) * size]
    let least = Infinity
    for (let row = from; row < to; row++) {
      least = Math.min(
        least,
        smallestAngle(rows, row, rows, 0, from),
        smallestAngle(rows, row, rows, to, groups * size),
      )
    }
    return least
  })

const checkTwo = (count: number, argument: string): void => {
  if (count >= 2) return
  const allowed = '2 classes or more'
  throw new EmptyError('leave nothing between classes', { argument, value: count, allowed })
}

const wECOf = ({ directions, labels }: Centers, weights: ClassWeights): number =>
  mean(labels.length, (center) => {
    const from = (labels[center] as number) * weights.subCenters
    return smallestAngle(directions, center, weights.directions, from, from + weights.subCenters)
  })

const summary = (
  rows: Rows,
  labels: ArrayLike<number>,
  dimension: number,
  weights?: ClassWeights,
) => {
  const set = prepare({ embeddings: rows, labels }, dimension)
  if (weights !== undefined) checkClasses(set, weights.classes)
  const units = unitRows(set)
  const centers = centersOf(set, units)
  checkTwo(centers.labels.length, 'labels')
  let sum = 0
  let count = 0
  set.labels.forEach((label, row) => {
    const center = centers.indexOf.get(label)
    if (center === undefined) return
    sum += angleBetween(units, row, centers.directions, center)
    count++
  })
  const inter = meanNearestOther(centers.directions, centers.labels.length, 1)
  return { centers, angles: { intra: sum / count, inter } }
}

/**
 * Intra and Inter of Deng et al. (ArcFace, CVPR 2019, table 3) for embeddings without class weights, e.g. of unseen classes. A
 * class's centre is the mean of its normalised embeddings.
 *
 * @param embeddings [N, dimension].
 * @param labels [N]; -1: ignored.
 * @returns radians.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError, EmptyError (fewer than two classes).
 */
export const embeddingAngles = (
  embeddings: Rows,
  labels: ArrayLike<number>,
  { dimension }: { readonly dimension: number },
): EmbeddingAngles => summary(embeddings, labels, dimension).angles

/**
 * The angle statistics of Deng et al. (ArcFace, CVPR 2019, table 3): W-EC, W-Inter, Intra and Inter. With sub-centers, W-EC uses the
 * sub-center nearest to the class's centre, and W-Inter the nearest pair of sub-centers of two classes. Classes without embeddings
 * count in W-Inter only.
 *
 * @param embeddings [N, dimension].
 * @param classWeights [classes, dimension] or [classes, subCenters, dimension], of any norm but 0.
 * @param labels [N] from 0 to classes - 1; -1: ignored.
 * @returns radians.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError, EmptyError (fewer than two classes).
 */
export const angleStatistics = (
  embeddings: Rows,
  classWeights: Rows,
  labels: ArrayLike<number>,
  options: ClassWeightOptions,
): AngleStatistics => {
  const weights = prepareClassWeights(classWeights, options)
  checkTwo(weights.classes, 'classWeights')
  const { centers, angles } = summary(embeddings, labels, options.dimension, weights)
  return {
    wEC: wECOf(centers, weights),
    wInter: meanNearestOther(weights.directions, weights.classes, weights.subCenters),
    ...angles,
  }
}
