import type { Centers } from '@arcmargin/core/backend'
import { NonFiniteVector } from './passes.js'

/** The error for class weights that are not finite, as core words it; any other error as it is. */
export const nameRow = ({ dimension, subCenters, unit }: Centers, error: unknown): unknown => {
  if (!(error instanceof NonFiniteVector)) return error
  try {
    const column = Math.floor(error.vector / subCenters)
    unit(column, error.vector % subCenters, new Float64Array(dimension), 0)
  } catch (named) {
    return named
  }
  return error
}
