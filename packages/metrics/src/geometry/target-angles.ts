import type { Rows } from '../checks.js'
import { prepare } from '../similarity.js'
import { smallestAngle } from './angle.js'
import { unitRows } from './centers.js'
import { type ClassWeightOptions, checkClasses, prepareClassWeights } from './class-weights.js'

/**
 * θ between each embedding and its own class weight (its nearest sub-center), before any margin: what the ArcFace paper
 * plots during training (figure 4). Give it to `angleHistogram`.
 *
 * @param embeddings [N, dimension].
 * @param classWeights [classes, dimension] or [classes, subCenters, dimension].
 * @param labels [N] from 0 to classes - 1; -1: ignored.
 * @returns radians, 0 to π: one for each row that is not ignored, in order.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError.
 */
export const targetAngles = (
  embeddings: Rows,
  classWeights: Rows,
  labels: ArrayLike<number>,
  options: ClassWeightOptions,
): Float64Array => {
  const { directions, classes, subCenters } = prepareClassWeights(classWeights, options)
  const set = prepare({ embeddings, labels }, options.dimension)
  checkClasses(set, classes)
  const units = unitRows(set)
  const angles: number[] = []
  set.labels.forEach((label, row) => {
    if (label < 0) return
    const from = label * subCenters
    angles.push(smallestAngle(units, row, directions, from, from + subCenters))
  })
  return Float64Array.from(angles)
}
