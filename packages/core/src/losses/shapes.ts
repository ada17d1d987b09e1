import { ParameterError } from '../errors.js'

/** Refuses a value that does not fit; `place` says where it stands. */
export type Check = (value: unknown, place: string) => void

const refuse = (argument: string, allowed: string, value?: unknown): never => {
  const shown = typeof value === 'object' ? {} : { value }
  throw new ParameterError('does not fit', { argument, allowed, ...shown })
}

const kind =
  (type: 'string' | 'number' | 'boolean'): Check =>
  (value, place) => {
    if (typeof value !== type) refuse(place, `a ${type}`, value)
  }

/** One of these words. */
export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, place) => {
    if (!allowed.includes(value as string)) refuse(place, allowed.join(', '), value)
  }

const entriesOf = (value: unknown, place: string): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).filter(([, entry]) => entry !== undefined)
    : refuse(place, 'an object', value)

/** An object with any keys. */
export const table =
  (check: Check): Check =>
  (value, place) => {
    for (const [key, entry] of entriesOf(value, place)) check(entry, `${place}.${key}`)
  }

/** An object with these keys and no others. */
export const shape =
  (
    required: Readonly<Record<string, Check>>,
    optional: Readonly<Record<string, Check>> = {},
  ): Check =>
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
export const either =
  (type: 'string' | 'number', first: Check, second: Check): Check =>
  (value, place) =>
    (typeof value === type ? first : second)(value, place)

export const text: Check = kind('string')
export const number: Check = kind('number')
export const flag: Check = kind('boolean')

/** The specification of a hyperparameter. */
export const parameter: Check = shape(
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
