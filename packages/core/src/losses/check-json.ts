import { ParameterError } from '../errors.js'

/** Refuses a value that does not fit; `place` says where it stands. */
type Check = (value: unknown, place: string) => void

const refuse = (argument: string, allowed: string): never => {
  throw new ParameterError('does not fit', { argument, allowed })
}

const kind =
  (type: 'string' | 'number' | 'boolean'): Check =>
  (value, place) => {
    if (typeof value !== type) refuse(place, `a ${type}`)
  }

const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, place) => {
    if (!allowed.includes(value as string)) refuse(place, allowed.join(', '))
  }

const entriesOf = (value: unknown, place: string): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : refuse(place, 'an object')

/** An object with any keys. */
const table =
  (check: Check): Check =>
  (value, place) => {
    for (const [key, entry] of entriesOf(value, place)) check(entry, `${place}.${key}`)
  }

/** An object with these keys and no others. */
const shape =
  (required: Readonly<Record<string, Check>>, optional: typeof required = {}): Check =>
  (value, place) => {
    const known = { ...required, ...optional }
    const entries = entriesOf(value, place)
    for (const [key, entry] of entries) {
      if (!Object.hasOwn(known, key)) refuse(`${place}.${key}`, Object.keys(known).join(', '))
      known[key]?.(entry, `${place}.${key}`)
    }
    for (const key of Object.keys(required)) {
      if (!entries.some(([found]) => found === key)) refuse(place, `an object with ${key}`)
    }
  }

/** The first check for values of a type, the second for all others. */
const either =
  (type: 'string' | 'number', first: Check, second: Check): Check =>
  (value, place) =>
    (typeof value === type ? first : second)(value, place)

const text = kind('string')
const number = kind('number')
const flag = kind('boolean')
const pastPi = ['none', 'linear', 'easy', 'plain', 'mirror'] as const
const gradient = oneOf('exact', 'straightThrough')

const parameter = shape(
  {},
  {
    default: either('number', number, text),
    unit: text,
    minimum: number,
    maximum: number,
    above: number,
    integer: flag,
    scope: oneOf('scalar', 'perClass', 'perSample'),
    learnable: flag,
    source: text,
  },
)

const definition = shape(
  {
    name: text,
    citation: text,
    parameters: table(parameter),
    target: either(
      'string',
      text,
      shape({}, Object.fromEntries(pastPi.map((name) => [name, text]))),
    ),
    other: text,
  },
  {
    where: table(text),
    row: table(text),
    negatives: table(shape({ reduce: oneOf('sum', 'mean'), of: text }, { where: text })),
    batch: table(shape({ reduce: oneOf('mean', 'std', 'lowerMedian'), of: text })),
    state: table(shape({ initial: text, next: text })),
    draws: table(shape({ mean: text, std: text }, { rankMatched: flag })),
    pastPi: oneOf(...pastPi),
    straightThrough: shape({ target: text, other: text }),
    gradient,
    reduction: either(
      'string',
      oneOf('softmax', 'softmaxOthers', 'classwise'),
      shape({ positive: text, negative: text }),
    ),
    pooling: shape({ temperature: text }),
    regularizer: shape({}, { sample: text, class: text }),
  },
)

const loss = shape(
  {
    definition,
    parameters: table(either('number', number, oneOf('perClass', 'perSample'))),
    gradient,
  },
  { pastPi: oneOf(...pastPi) },
)

/**
 * Refuses data that has not the shape of a loss, whoever wrote it; formulas and ranges are checked when the loss is made.
 *
 * @throws ParameterError naming the place, e.g. `loss.definition.target`.
 */
export const checkLossShape = (data: unknown): void => loss(data, 'loss')
