import type { Shape } from '../shapes.js'

/** Gradients by more class weights than this are compared on a sample: reading them out would take longer than the step. */
const mostVectors = 250_000

/** Classes of a sample besides those of the rows. */
const evenlySpaced = 1000

/** Classes whose gradients are compared, ascending: those of the rows and evenly spaced others; undefined: all of them. */
export const sampledClasses = (
  { classes, subCenters }: Shape,
  labels: ArrayLike<number>,
): readonly number[] | undefined => {
  if (classes * subCenters <= mostVectors) return undefined
  const others = Array.from({ length: evenlySpaced }, (_, i) =>
    Math.floor((i * classes) / evenlySpaced),
  )
  return [...new Set([...Array.from(labels), ...others])].sort((a, b) => a - b)
}
