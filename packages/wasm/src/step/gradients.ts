import {
  addScaled,
  isHere,
  type Step,
  type TargetSlopes,
  tangent,
  targetPulls,
} from '@arcmargin/core/backend'

/** A target's share in the gradient by its class weights. */
export interface TargetGradient {
  /** Vector of the class weights that take part: column·K + sub-center. */
  readonly vector: number
  /** Where its values start, D of them. */
  readonly start: number
}

/**
 * The targets' part of d loss/d W, for every row whose target is here, by ascending vector.
 *
 * @param values [N, D], for the result: where pooling is soft, which these kernels do not run, a row would have several.
 */
export const targetGradients = (
  step: Step,
  slopes: TargetSlopes,
  values: Float64Array,
): readonly TargetGradient[] => {
  const { embeddings, centers, columns, targets } = step
  const { dimension, subCenters } = centers
  const scratch = new Float64Array(dimension)
  const gradients: TargetGradient[] = []
  columns.forEach((column, row) => {
    if (!isHere(column)) return
    for (const { subCenter, start, factor } of targetPulls(step, slopes, row)) {
      const norm = targets.unitNorms[row * subCenters + subCenter] as number
      if (norm === 0) continue
      const at = gradients.length * dimension
      const sine = tangent(targets.units, start, embeddings, row * dimension, dimension, scratch)
      values.fill(0, at, at + dimension)
      addScaled(scratch, factor(sine) / norm, values, at, dimension)
      if (subCenter === targets.chosen[row]) {
        const unit = targets.units.subarray(start, start + dimension)
        addScaled(unit, slopes.weightNorm[row] as number, values, at, dimension)
      }
      gradients.push({ vector: column * subCenters + subCenter, start: at })
    }
  })
  return gradients.sort((a, b) => a.vector - b.vector)
}
