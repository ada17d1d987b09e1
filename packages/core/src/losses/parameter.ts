import { ParameterError } from '../errors.js'

/** Whether a hyperparameter is one number, a table with a value for each class, or a value for each sample. */
export type Scope = 'scalar' | 'perClass' | 'perSample'

/** What a hyperparameter means and which values it may take. Plain data: it survives JSON. */
export interface Parameter {
  /** A number, or a formula over `classes` and the other parameters, resolved when the head knows the class count. */
  readonly default?: number | string
  /** In words: `radians`, `cosine`, `logit`, ... */
  readonly unit?: string
  /** Smallest allowed value. */
  readonly minimum?: number
  /** Largest allowed value. */
  readonly maximum?: number
  /** Values must be larger than this. */
  readonly above?: number
  /** Only whole numbers. */
  readonly integer?: boolean
  /** Set where the loss expects a table rather than one number. */
  readonly scope?: Scope
  /** True where the value is meant to be trained; its gradient is then returned without asking. */
  readonly learnable?: boolean
  /** Whose default this is. */
  readonly source?: string
}

type More = Omit<Parameter, 'default'>

/** An angle in radians, 0 to π unless told otherwise. */
export const radians = (value: number, more: More = {}): Parameter => ({
  default: value,
  unit: 'radians',
  minimum: 0,
  maximum: Math.PI,
  ...more,
})

/** A margin subtracted from a cosine, 0 to 2. */
export const cosineMargin = (value: number, more: More = {}): Parameter => ({
  default: value,
  unit: 'cosine',
  minimum: 0,
  maximum: 2,
  ...more,
})

/** A factor that must be larger than 0, e.g. the scale s. */
export const positive = (value: number, more: More = {}): Parameter => ({
  default: value,
  above: 0,
  ...more,
})

/** A number in a closed range. */
export const between = (
  value: number,
  minimum: number,
  maximum: number,
  more: More = {},
): Parameter => ({ default: value, minimum, maximum, ...more })

/** A whole number, 1 or more. */
export const count = (value: number, more: More = {}): Parameter => ({
  default: value,
  minimum: 1,
  integer: true,
  ...more,
})

/** The allowed values in words. */
const describeRange = (parameter: Parameter): string => {
  const { minimum, maximum, above, integer, unit } = parameter
  const bounds = [
    above === undefined ? '' : `above ${above}`,
    minimum === undefined ? '' : `at least ${minimum}`,
    maximum === undefined ? '' : `at most ${Number(maximum.toFixed(4))}`,
  ].filter(Boolean)
  const kind = integer ? 'a whole number' : 'a finite number'
  return `${kind}${bounds.length ? ` ${bounds.join(', ')}` : ''}${unit ? ` (${unit})` : ''}`
}

/**
 * Refuses a value outside the parameter's range.
 *
 * @throws ParameterError naming the argument, the row (for tables), the value and the range.
 */
export const checkValue = (
  argument: string,
  parameter: Parameter,
  value: unknown,
  row?: number,
): void => {
  const { minimum = -Infinity, maximum = Infinity, above = -Infinity, integer } = parameter
  const fine =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= minimum &&
    value <= maximum &&
    value > above &&
    (!integer || Number.isInteger(value))
  if (fine) return
  const allowed = describeRange(parameter)
  throw new ParameterError('is out of range', {
    argument,
    value,
    allowed,
    ...(row === undefined ? {} : { row }),
  })
}
