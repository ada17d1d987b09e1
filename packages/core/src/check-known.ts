import { ParameterError } from './errors.js'

/**
 * Refuses what is no object, and names in it that are not among the known ones.
 *
 * @param argument what the caller calls the object.
 * @param what completes "x is not …".
 */
export const checkKnown = (
  argument: string,
  given: unknown,
  known: readonly string[],
  what: string,
): void => {
  const allowed = known.join(', ')
  if (typeof given !== 'object' || given === null) {
    const value = typeof given === 'function' ? 'a function' : given
    throw new ParameterError('is no object', {
      argument,
      value,
      allowed: `an object with any of ${allowed || 'nothing'}`,
    })
  }
  const odd = Object.keys(given).find((name) => !known.includes(name))
  if (odd === undefined) return
  throw new ParameterError(`is not ${what}`, { argument: odd, allowed: allowed || 'none' })
}
