import { NonFiniteError, ParameterError, ShapeError } from '@arcmargin/core'
import { headShape } from '../head/shape.js'
import type { ExportOptions } from './options.js'

/**
 * The options with the class count that given weights have.
 *
 * @param argument what the caller's weights are called in errors.
 * @throws ParameterError, ShapeError naming the option; NonFiniteError naming the class.
 */
export const withClasses = <T extends ExportOptions>(options: T, argument = 'weights'): T => {
  const { weights, subCenters = 1, classes, weightType = 'float32' } = options
  if (!['float32', 'float16'].includes(weightType)) {
    throw new ParameterError('is unknown', {
      argument: 'weightType',
      value: weightType,
      allowed: 'float32, float16',
    })
  }
  if (!weights) return options
  const { dimension } = headShape(options)
  const width = dimension * subCenters
  const found = weights.length / width
  if (!Number.isInteger(found) || found === 0 || (classes ?? found) !== found) {
    const allowed = classes
      ? `${classes * width}`
      : `a multiple of subCenters · dimension = ${width}`
    const value = weights.length
    throw new ShapeError('has the wrong length', { argument, value, allowed })
  }
  const bad = weights.findIndex((value: number) => !Number.isFinite(value))
  if (bad >= 0) {
    const details = { argument, value: weights[bad], row: Math.floor(bad / width) }
    throw new NonFiniteError('is not finite', { ...details, allowed: 'finite numbers' })
  }
  return { ...options, classes: found }
}
