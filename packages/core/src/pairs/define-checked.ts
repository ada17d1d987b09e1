import type { Parameter } from '../losses/parameter.js'
import { checkPairDefinition } from './check-json.js'
import { definePairLoss as define, type PairLossFactory, type Table } from './define.js'
import type { PairLossDefinition } from './definition.js'

/**
 * Defines a pair loss from formulas; gradients follow.
 *
 * @param definition see {@link PairLossDefinition}.
 * @throws FormulaError pointing at the character of a formula that cannot be read; ParameterError where parts do not fit.
 */
export const definePairLoss = <
  const Parameters extends Readonly<Record<string, Parameter>>,
  const Choices extends Table = Readonly<Record<never, Readonly<Record<string, string>>>>,
>(
  definition: PairLossDefinition & {
    readonly parameters: Parameters
    readonly choices?: Choices
  },
): PairLossFactory<keyof Parameters & string, Choices> => {
  checkPairDefinition(definition)
  return define(definition)
}
