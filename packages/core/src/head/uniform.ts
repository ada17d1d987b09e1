import { ParameterError } from '../errors.js'

/** The next of the caller's random numbers; refuses one that is not in [0, 1). */
export const uniform = (random: () => number): number => {
  const value = random()
  if (value >= 0 && value < 1) return value
  throw new ParameterError('returned another number', {
    argument: 'random',
    value,
    allowed: 'numbers in [0, 1)',
  })
}
