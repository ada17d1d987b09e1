import { NonFiniteError, ParameterError, ShapeError } from '../errors.js'
import type { Loss } from '../losses/definition.js'
import { checkValue } from '../losses/parameter.js'
import { resolveLoss } from '../losses/resolve.js'
import type { FloatArray, HeadOptions } from './batch.js'
import { scalarParameters } from './state.js'

/** Values of a loss's parameters for one step. */
export interface ParameterValues {
  /** One number each, `classes` among them. */
  readonly scalars: Record<string, number>
  /** [C] each. */
  readonly perClass: Record<string, FloatArray>
  /** [N] each, drawn margins that the caller gave among them. */
  readonly perSample: Record<string, FloatArray>
}

/**
 * Brings together the loss's own hyperparameters and those given for this step.
 *
 * @throws ParameterError, ShapeError, NonFiniteError naming the parameter, the row and the value.
 */
export const readParameters = (
  loss: Loss,
  classes: number,
  rows: number,
  given: HeadOptions['parameters'] = {},
): ParameterValues => {
  const specifications = loss.definition.parameters
  const draws = Object.keys(resolveLoss(loss).draws)
  const known = [...Object.keys(specifications), ...draws]
  const scalars = scalarParameters(loss, classes)
  const perClass: Record<string, FloatArray> = {}
  const perSample: Record<string, FloatArray> = {}
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new ParameterError(`is not a parameter of ${loss.definition.name}`, {
        argument: name,
        allowed: known.join(', ') || 'none',
      })
    }
  }
  for (const name of known) {
    const scope = draws.includes(name) ? 'perSample' : (loss.parameters[name] ?? 'scalar')
    const value = given[name]
    if (scope === 'perClass' || scope === 'perSample') {
      if (value === undefined && draws.includes(name)) continue
      const length = scope === 'perClass' ? classes : rows
      const table = checkTable(name, value, length, scope)
      const specification = specifications[name]
      for (let row = 0; row < length; row++) {
        if (specification) checkValue(name, specification, table[row], row)
      }
      const target = scope === 'perClass' ? perClass : perSample
      target[name] = table
    } else if (value !== undefined) {
      checkValue(name, specifications[name] ?? {}, value)
      scalars[name] = value as number
    }
  }
  return { scalars: { ...scalars, classes }, perClass, perSample }
}

/** Refuses a table that is missing, has another length or is not finite. */
export const checkTable = (
  argument: string,
  value: number | FloatArray | undefined,
  length: number,
  scope: string,
): FloatArray => {
  const allowed = `${length} values in parameters.${argument}, one ${scope === 'perClass' ? 'a class' : 'a sample'}`
  if (value === undefined || typeof value === 'number') {
    throw new ParameterError('needs a table', { argument, value, allowed })
  }
  if (value.length !== length) {
    throw new ShapeError(`has ${value.length} values`, { argument, allowed })
  }
  const row = value.findIndex((entry) => !Number.isFinite(entry))
  if (row < 0) return value
  throw new NonFiniteError('is not finite', {
    argument,
    row,
    value: value[row],
    allowed: 'finite numbers',
  })
}
