import { checkKnown } from '../check-known.js'
import { ParameterError } from '../errors.js'
import { checkLossShape } from './check-json.js'
import type { GradientMode, Loss, LossDefinition, PastPi } from './definition.js'
import { checkValue, type Parameter, type Scope } from './parameter.js'
import { resolve, resolveLoss } from './resolve.js'

/** What a loss is called with: its hyperparameters, and how it behaves past π and backwards. */
export type LossOptions<Name extends string> = {
  readonly [K in Name]?: number | Exclude<Scope, 'scalar'>
} & {
  /** Treatment of margined angles past π, where the loss offers several. */
  readonly pastPi?: PastPi
  /** `exact` unless the loss's own default differs. */
  readonly gradient?: GradientMode
}

/** Makes a {@link Loss} from hyperparameters; every one left out takes its documented default. */
export interface LossFactory<Name extends string> {
  (options?: LossOptions<Name>): Loss
  /** The definition with its citation, formulas, parameters, ranges and defaults. */
  readonly definition: LossDefinition
}

const reserved = ['pastPi', 'gradient']

/** Options before their names and values have been checked. */
type UncheckedOptions = Readonly<Record<string, number | string | undefined>>

/** {@link defineLoss} of `define-checked.ts` for definitions whose fields the compiler has seen: what a single loss need not carry. */
export const defineLoss = <const Parameters extends Readonly<Record<string, Parameter>>>(
  definition: LossDefinition & { readonly parameters: Parameters },
): LossFactory<keyof Parameters & string> => {
  const { target, pastPi } = definition
  const treatments = typeof target === 'string' ? [pastPi] : (Object.keys(target) as PastPi[])
  for (const treatment of treatments) resolve(definition, treatment)
  const create = (options: LossOptions<string> | UncheckedOptions = {}): Loss =>
    createLoss(definition, options as UncheckedOptions)
  return Object.assign(create, { definition })
}

/** Checks hyperparameters against a definition and binds them. */
export const createLoss = (definition: LossDefinition, options: UncheckedOptions): Loss => {
  const { name, parameters: specifications } = definition
  const known = [...Object.keys(specifications), ...reserved]
  checkKnown('options', options, known, `an option of ${name}`)
  const parameters: Record<string, number | 'perClass' | 'perSample'> = {}
  for (const [parameter, specification] of Object.entries(specifications)) {
    const { scope = 'scalar', default: initial } = specification
    const { [parameter]: value = scope === 'scalar' ? initial : scope } = options
    // A formula is resolved by the head, which knows the class count.
    if (typeof value === 'string' && value === initial) continue
    if (value !== 'perClass' && value !== 'perSample') checkValue(parameter, specification, value)
    parameters[parameter] = value as number
  }
  const { gradient = definition.gradient ?? 'exact' } = options
  if (gradient !== 'exact' && (gradient !== 'straightThrough' || !definition.straightThrough)) {
    throw new ParameterError(`is not offered by ${name}`, {
      argument: 'gradient',
      value: gradient,
      allowed: definition.straightThrough ? 'exact, straightThrough' : 'exact',
    })
  }
  const { pastPi: chosen = definition.pastPi } = options
  const choices = typeof definition.target === 'string' ? [] : Object.keys(definition.target)
  if (chosen !== undefined && !choices.includes(String(chosen))) {
    throw new ParameterError(`is not offered by ${name}`, {
      argument: 'pastPi',
      value: chosen,
      allowed: choices.join(', ') || 'nothing: the loss has one treatment',
    })
  }
  const loss: Loss = Object.freeze({
    definition,
    parameters: Object.freeze(parameters),
    ...(chosen === undefined ? {} : { pastPi: chosen as PastPi }),
    gradient,
  })
  resolveLoss(loss)
  return loss
}

/**
 * Reads a loss back from JSON (`JSON.stringify(loss)` writes it), with every check that {@link defineLoss} makes.
 *
 * @throws ParameterError, FormulaError where the data is not a loss.
 */
export const lossFromJson = (json: string): Loss => {
  const data = parseJson(json)
  checkLossShape(data)
  const { definition, parameters, pastPi, gradient } = data as Loss
  return createLoss(defineLoss(definition).definition, {
    ...parameters,
    ...(pastPi === undefined ? {} : { pastPi }),
    gradient,
  })
}

/** Data from text; refuses what is not JSON. */
export const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch (error) {
    const allowed = 'what JSON.stringify(loss) writes'
    throw new ParameterError(`is not JSON: ${String(error)}`, { argument: 'json', allowed })
  }
}
