import { checkInteger, checkOptions, type Rows } from '../checks.js'
import { LabelError, ShapeError } from '../errors.js'
import { type Prepared, prepareUnlabelled } from '../similarity.js'
import type { UnitRows } from './angle.js'
import { unitRows } from './centers.js'

/** Options of the functions that read class weights. */
export interface ClassWeightOptions {
  /** Numbers in an embedding and in a class weight. */
  readonly dimension: number
  /** Sub-centers of each class (Deng et al., ECCV 2020); default 1. Class weights are then [classes, subCenters, dimension]. */
  readonly subCenters?: number
}

/** Checked, normalised class weights: rows [c * subCenters, (c + 1) * subCenters) are class c's. */
export interface ClassWeights {
  readonly directions: UnitRows
  readonly classes: number
  readonly subCenters: number
}

/** Checks class weights and normalises them. */
export const prepareClassWeights = (
  classWeights: Rows,
  options: ClassWeightOptions,
): ClassWeights => {
  checkOptions(options, { dimension: true, subCenters: true })
  const { dimension, subCenters = 1 } = options
  checkInteger(subCenters, 'subCenters')
  const prepared = prepareUnlabelled(classWeights, dimension, 'classWeights')
  const rows = prepared.labels.length
  if (rows % subCenters !== 0) {
    const allowed = `positive multiples of subCenters × dimension = ${subCenters * dimension}`
    throw new ShapeError('has the wrong length', {
      argument: 'classWeights',
      value: classWeights.length,
      allowed,
    })
  }
  return { directions: unitRows(prepared), classes: rows / subCenters, subCenters }
}

/** Refuses labels of classes that have no weight. */
export const checkClasses = ({ labels }: Prepared, classes: number): void => {
  labels.forEach((value, row) => {
    if (value < classes) return
    const allowed = `-1 (ignored) to ${classes - 1}`
    throw new LabelError('has no class weight', { argument: 'labels', row, value, allowed })
  })
}
