import { readFileSync } from 'node:fs'
import * as core from '@arcmargin/core'
import {
  defineLoss,
  type Loss,
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
  const data = JSON.parse(text) as object
  if ('definition' in data) return factoryFromLoss(lossFromJson(text))
  // Reading the definition as a loss without settings makes every check of its shape.
  const { definition } = lossFromJson(
    JSON.stringify({ definition: data, parameters: {}, gradient: 'exact' }),
  )
  return defineLoss(definition)
}

/** A loss from a file, whose own settings are the defaults. */
const factoryFromLoss = ({ definition, parameters, pastPi, gradient }: Loss): Factory => {
  const create = defineLoss(definition)
  const settings = { ...parameters, ...(pastPi === undefined ? {} : { pastPi }), gradient }
  const withSettings = (options: object = {}): Loss =>
    create({ ...settings, ...options } as Parameters<typeof create>[0])
  return Object.assign(withSettings, { definition })
}
