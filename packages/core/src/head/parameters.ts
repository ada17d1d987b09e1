import { NonFiniteError, ParameterError, ShapeError } from '../errors.js'
import type { Loss } from '../losses/definition.js'
import { checkValue, type Scope } from '../losses/parameter.js'
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
  const scopes = parameterScopes(loss)
  checkParameterNames(loss, scopes, given)
  const scalars = scalarParameters(loss, classes)
  const perClass: Record<string, FloatArray> = {}
  const perSample: Record<string, FloatArray> = {}
  const drawn = resolveLoss(loss).draws
  for (const [name, scope] of Object.entries(scopes)) {
    const value = given[name]
    if (value === undefined && (scope === 'scalar' || drawn[name])) continue
    const checked = readParameter(loss, name, scope, value, { classes, rows })
    if (typeof checked === 'number') scalars[name] = checked
    else if (scope === 'perClass') perClass[name] = checked
    else perSample[name] = checked
  }
  return { scalars: { ...scalars, classes }, perClass, perSample }
}

/** By name, what each parameter of a loss is given as; drawn margins among them, one a sample. */
export const parameterScopes = (loss: Loss): Readonly<Record<string, Scope>> => {
  const scopes = Object.keys(loss.definition.parameters).map((name): [string, Scope] => {
    const value = loss.parameters[name]
    return [name, typeof value === 'string' ? value : 'scalar']
  })
  const draws = Object.keys(resolveLoss(loss).draws).map((name): [string, Scope] => [
    name,
    'perSample',
  ])
  return Object.fromEntries([...scopes, ...draws])
}

/** Refuses names that are no parameter of the loss. */
export const checkParameterNames = (
  { definition }: Loss,
  scopes: Readonly<Record<string, Scope>>,
  given: object,
): void => {
  const argument = Object.keys(given).find((name) => !Object.hasOwn(scopes, name))
  if (argument === undefined) return
  throw new ParameterError(`is not a parameter of ${definition.name}`, {
    argument,
    allowed: Object.keys(scopes).join(', ') || 'none',
  })
}

/** Checks a parameter's number or table: its length, and that every value is finite and in range. */
export const readParameter = (
  { definition }: Loss,
  name: string,
  scope: Scope,
  value: number | FloatArray | undefined,
  { classes, rows }: { readonly classes: number; readonly rows: number },
): number | FloatArray => {
  const specification = definition.parameters[name] ?? {}
  if (scope === 'scalar') {
    checkValue(name, specification, value)
    return value as number
  }
  const table = checkTable(name, value, scope === 'perClass' ? classes : rows, scope)
  table.forEach((entry, row) => {
    checkValue(name, specification, entry, row)
  })
  return table
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
