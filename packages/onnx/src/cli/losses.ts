import { readFileSync } from 'node:fs'
import * as core from '@arcmargin/core'
import {
  defineLoss,
  type Loss,
  type LossDefinition,
  type LossFactory,
  lossFromJson,
  ParameterError,
} from '@arcmargin/core'

type Factory = LossFactory<string>

const isFactory = (value: unknown): value is Factory =>
  typeof value === 'function' && 'definition' in value

/** Every loss of core by its name in lower case. */
const factories: ReadonlyMap<string, Factory> = new Map(
  Object.entries(core).flatMap(([name, value]) =>
    isFactory(value) ? [[name.toLowerCase(), value] as const] : [],
  ),
)

/** The names that `--loss` takes. */
export const lossNames: readonly string[] = [...factories.keys()]

/**
 * A loss by its name, or by a JSON file with a definition (formulas) or a whole loss (`JSON.stringify(loss)`).
 *
 * @throws ParameterError listing the names; FormulaError pointing at the character of a formula.
 */
export const factoryOf = (name: string): Factory => {
  const known = factories.get(name.toLowerCase().replaceAll('-', ''))
  if (known) return known
  if (!name.endsWith('.json')) {
    const allowed = `${lossNames.join(', ')}, or a .json file`
    throw new ParameterError('is unknown', { argument: '--loss', value: name, allowed })
  }
  const text = readFileSync(name, 'utf8')
  const data = parseFile(name, text)
  const whole = typeof data === 'object' && data !== null && 'definition' in data
  return whole ? factoryFromLoss(lossFromJson(text)) : defineLoss(data as LossDefinition)
}

/** Data of a file; refuses text that is not JSON. */
const parseFile = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const allowed = 'a definition or a loss as JSON'
    const problem = `is not JSON: ${(error as Error).message}`
    throw new ParameterError(problem, { argument: name, allowed })
  }
}

/** A loss from a file, whose own settings are the defaults. */
const factoryFromLoss = ({ definition, parameters, pastPi, gradient }: Loss): Factory => {
  const create = defineLoss(definition)
  const settings = { ...parameters, ...(pastPi === undefined ? {} : { pastPi }), gradient }
  const withSettings = (options: object = {}): Loss =>
    create({ ...settings, ...options } as Parameters<typeof create>[0])
  return Object.assign(withSettings, { definition })
}
