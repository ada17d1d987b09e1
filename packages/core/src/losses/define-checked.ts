import { checkDefinition } from './check-json.js'
import { defineLoss as define, type LossFactory } from './define.js'
import type { LossDefinition } from './definition.js'
import type { Parameter } from './parameter.js'

/**
 * Defines a loss from formulas. It then runs on every backend, gradients included.
 *
 * @param definition formulas, parameters and flags; see {@link LossDefinition}.
 * @returns a factory that takes hyperparameters and returns the loss as plain data.
 * @throws FormulaError pointing at the character of a formula that cannot be read; ParameterError naming a field that is unknown,
 * missing or of another kind.
 */
export const defineLoss = <const Parameters extends Readonly<Record<string, Parameter>>>(
  definition: LossDefinition & { readonly parameters: Parameters },
): LossFactory<keyof Parameters & string> => {
  checkDefinition(definition)
  return define(definition)
}
