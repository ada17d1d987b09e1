import { InvalidArgumentError } from 'commander'

/** A number of the command line. */
export const numeric = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('allowed: a number.')
  return value
}

/** A loss's parameter: a number, or where its values come from. */
export const setting = (text: string): number | string => {
  if (text === 'perClass' || text === 'perSample') return text
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new InvalidArgumentError('allowed: a number, perClass, perSample.')
}

/** The options that were given, without those that were not. */
export const given = <T extends object>(
  options: T,
): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
