import { checkKnown } from '../check-known.js'
import { ParameterError } from '../errors.js'
import { parseJson } from '../losses/define.js'
import { checkValue, type Parameter } from '../losses/parameter.js'
import { checkPairLossShape } from './check-json.js'
import type { PairLoss, PairLossDefinition } from './definition.js'
import { resolvePairs } from './resolve.js'

/** What a pair loss is called with. */
export type PairLossOptions<Name extends string, Choices> = {
  readonly [K in Name]?: number | 'perClass'
} & { readonly [K in keyof Choices]?: keyof Choices[K] }

/** Makes a {@link PairLoss}; every option left out takes its documented default. */
export interface PairLossFactory<
  Name extends string,
  Choices = Readonly<Record<never, Readonly<Record<string, string>>>>,
> {
  (options?: PairLossOptions<Name, Choices>): PairLoss
  /** The definition with its citation, formulas, parameters, ranges and defaults. */
  readonly definition: PairLossDefinition
}

/** Formulas to choose from, by the name of the choice and the word chosen. */
export type Table = Readonly<Record<string, Readonly<Record<string, string>>>>
type Unchecked = Readonly<Record<string, unknown>>

/** {@link definePairLoss} of `define-checked.ts` for definitions whose fields the compiler has seen. */
export const definePairLoss = <
  const Parameters extends Readonly<Record<string, Parameter>>,
  const Choices extends Table = Readonly<Record<never, Readonly<Record<string, string>>>>,
>(
  definition: PairLossDefinition & {
    readonly parameters: Parameters
    readonly choices?: Choices
  },
): PairLossFactory<keyof Parameters & string, Choices> => {
  const choices: [string, string[]][] = Object.entries(definition.choices ?? {}).map(
    ([name, formulas]) => [name, Object.keys(formulas)],
  )
  const defaults = Object.fromEntries(choices.map(([name, [first = '']]) => [name, first]))
  resolvePairs(definition, defaults)
  // One at a time: combinations multiply, and what depends on one is checked when the loss is made.
  for (const [name, values] of choices) {
    for (const value of values) resolvePairs(definition, { ...defaults, [name]: value })
  }
  const create = (options: object = {}): PairLoss =>
    createPairLoss(definition, options as Unchecked)
  return Object.assign(create, { definition })
}

/** Checks options against a definition and binds them. */
const createPairLoss = (definition: PairLossDefinition, options: Unchecked): PairLoss => {
  const { name, parameters: specifications, choices: offered = {} } = definition
  const known = [...Object.keys(specifications), ...Object.keys(offered)]
  checkKnown('options', options, known, `an option of ${name}`)
  const parameters: Record<string, number | 'perClass'> = {}
  for (const [parameter, specification] of Object.entries(specifications)) {
    const { scope = 'scalar', default: initial } = specification
    const { [parameter]: value = scope === 'scalar' ? initial : scope } = options
    if (value !== 'perClass') checkValue(parameter, specification, value)
    parameters[parameter] = value as number | 'perClass'
  }
  const choices: Record<string, string> = {}
  for (const [argument, formulas] of Object.entries(offered)) {
    const names = Object.keys(formulas)
    const { [argument]: value = names[0] } = options
    if (!names.includes(value as string)) {
      throw new ParameterError(`is not offered by ${name}`, {
        argument,
        value,
        allowed: names.join(', '),
      })
    }
    choices[argument] = value as string
  }
  const loss = Object.freeze({
    definition,
    parameters: Object.freeze(parameters),
    choices: Object.freeze(choices),
  })
  resolvePairs(definition, choices, parameters)
  return loss
}

/**
 * Reads a pair loss back from JSON (`JSON.stringify(loss)` writes it), with every check that {@link definePairLoss} makes.
 *
 * @throws ParameterError, FormulaError where the data is not a pair loss.
 */
export const pairLossFromJson = (json: string): PairLoss => {
  const data = parseJson(json)
  checkPairLossShape(data)
  const { definition, parameters, choices } = data as PairLoss
  return createPairLoss(definePairLoss(definition).definition, { ...parameters, ...choices })
}
