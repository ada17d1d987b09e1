import { addScaled, type Step, type TargetSlopes, tangent, targetPulls } from '@arcmargin/core/head'

/** A target's share in the gradient by its class weights. */
export interface TargetGradient {
  /** Vector of the class weights that take part: column·K + sub-center. */
  readonly vector: number
  /** [D]. */
  readonly values: Float64Array
}

/** The targets' part of d loss/d W, for every row that counts, by ascending vector. */
export const targetGradients = (step: Step, slopes: TargetSlopes): readonly TargetGradient[] => {
  const { embeddings, centers, columns, targets } = step
  const { dimension, subCenters } = centers
  const scratch = new Float64Array(dimension)
  const gradients: TargetGradient[] = []
  columns.forEach((column, row) => {
    if (column < 0) return
    for (const { subCenter, start, factor } of targetPulls(step, slopes, row)) {
      const norm = targets.unitNorms[row * subCenters + subCenter] as number
      if (norm === 0) continue
      const values = new Float64Array(dimension)
      const sine = tangent(targets.units, start, embeddings, row * dimension, dimension, scratch)
      addScaled(scratch, factor(sine) / norm, values, 0, dimension)
      if (subCenter === targets.chosen[row]) {
        const unit = targets.units.subarray(start, start + dimension)
        addScaled(unit, slopes.weightNorm[row] as number, values, 0, dimension)
      }
      gradients.push({ vector: column * subCenters + subCenter, values })
    }
  })
  return gradients.sort((a, b) => a.vector - b.vector)
}
