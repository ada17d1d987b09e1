import { LabelError, NonFiniteError, ParameterError, ShapeError } from './errors.js'

/** Rows of numbers, one after the other: row i is `[i * dimension, (i + 1) * dimension)`. */
export type Rows = Float32Array | Float64Array

/**
 * Refuses what is no object, and names in it that are not among the known ones.
 *
 * @param known the names that the function takes; those of `Options`, all of them.
 */
export const checkOptions = <Options extends object>(
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void => {
  const allowed = Object.keys(known).join(', ')
  if (typeof options !== 'object' || options === null) {
    throw new ParameterError('are no object', { argument: 'options', value: options, allowed })
  }
  const odd = Object.keys(options).find((name) => !Object.hasOwn(known, name))
  if (odd !== undefined) throw new ParameterError('is not an option', { argument: odd, allowed })
}

/** Refuses all but the integers from `least` up to `most`. */
export const checkInteger = (
  value: number,
  argument: string,
  least = 1,
  most: number = Number.MAX_SAFE_INTEGER,
): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return
  const allowed =
    most === Number.MAX_SAFE_INTEGER
      ? `integers from ${least}`
      : `integers from ${least} to ${most}`
  throw new ParameterError('is not usable', { argument, value, allowed })
}

/** Refuses a rate outside [0, 1]; NaN included. */
export const checkRates = (rates: ArrayLike<number>, argument: string): void => {
  if (!(rates.length > 0)) {
    throw new ShapeError('is empty', { argument, value: rates.length, allowed: 'one rate or more' })
  }
  for (let row = 0; row < rates.length; row++) {
    const value = rates[row] as number
    if (!(value >= 0 && value <= 1)) {
      throw new ParameterError('is not a rate', { argument, row, value, allowed: '0 to 1' })
    }
  }
}

/** Refuses a NaN or an infinity. */
export const checkFinite = (values: ArrayLike<number>, argument: string): void => {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (!Number.isFinite(value)) {
      throw new NonFiniteError('is not finite', { argument, row, value, allowed: 'finite numbers' })
    }
  }
}

/** Refuses an array of another length than the rows it goes with. */
export const checkLength = (values: ArrayLike<unknown>, length: number, argument: string): void => {
  if (values.length === length) return
  throw new ShapeError('has the wrong length', {
    argument,
    value: values.length,
    allowed: `${length}, one for each row`,
  })
}

/** How many rows `rows` holds; refuses a length that is not a positive multiple of `dimension`. */
export const countRows = (rows: Rows, dimension: number, argument: string): number => {
  checkInteger(dimension, 'dimension')
  if (rows.length > 0 && rows.length % dimension === 0) return rows.length / dimension
  throw new ShapeError('has the wrong length', {
    argument,
    value: rows.length,
    allowed: `positive multiples of the dimension ${dimension}`,
  })
}

/** Labels as they are stored here; refuses anything but integers from `least` to `most`. */
export const copyLabels = (
  labels: ArrayLike<number>,
  argument: string,
  least = -1,
  most: number = 2 ** 31 - 1,
): Int32Array => {
  for (let row = 0; row < labels.length; row++) {
    const value = labels[row] as number
    if (!(Number.isInteger(value) && value >= least && value <= most)) {
      const ignored = least < 0 ? ' (-1: ignored)' : ''
      const allowed = `integers from ${least}${ignored} to ${most}`
      throw new LabelError('is not a label', { argument, row, value, allowed })
    }
  }
  return Int32Array.from(labels)
}
