import { ParameterError } from '../errors.js'
import type { Expression } from '../expression/node.js'
import { inputsOf } from '../expression/substitute.js'
import type { Loss } from './definition.js'
import type { ResolvedLoss } from './resolve.js'

/**
 * Refuses parts that do not go together: a default that follows from one that is open itself, a table where a formula has one value a
 * step (defaults, state, pooling), a value for each sample where it has one for each class, and a regulariser of the samples where the
 * loss is not a mean over them.
 */
export const checkParts = ({ parameters }: Loss, resolved: ResolvedLoss): void => {
  const { defaults, state, poolingTemperature, classRegularizer } = resolved
  if (resolved.reduction === 'classwise' && resolved.sampleRegularizer) {
    throw new ParameterError('does not apply to a loss that is one value for the batch', {
      argument: 'regularizer.sample',
      allowed: 'regularizer.class',
    })
  }
  const refuse = (what: string, formula: Expression, scopes: readonly string[]): void => {
    for (const name of inputsOf(formula)) {
      const value = parameters[name]
      if (typeof value !== 'string' || !scopes.includes(value)) continue
      throw new ParameterError('cannot be a table of this kind', {
        argument: name,
        value,
        allowed: `a number${scopes.length > 1 ? '' : ' or perClass'}: ${what} follows from it`,
      })
    }
  }
  const tables = ['perClass', 'perSample']
  for (const [name, formula] of Object.entries(defaults)) {
    if (parameters[name] !== undefined) continue
    const open = [...inputsOf(formula)].find(
      (use) => defaults[use] && parameters[use] === undefined,
    )
    if (open !== undefined) {
      throw new ParameterError('follows from a default that is a formula itself', {
        argument: name,
        value: open,
        allowed: `a number for ${open}, or a formula without it`,
      })
    }
    refuse(`the default of ${name}`, formula, tables)
  }
  for (const [name, { initial, next }] of Object.entries(state)) {
    refuse(`the state ${name}`, initial, tables)
    refuse(`the state ${name}`, next, tables)
  }
  if (poolingTemperature) refuse('the pooling', poolingTemperature, tables)
  if (classRegularizer) refuse('the regulariser of the classes', classRegularizer, ['perSample'])
}
