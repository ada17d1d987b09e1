import { ParameterError } from '../errors.js'

/** Inputs of single formulas, and options of every loss. */
const reserved = ['batchSize', 'logit', 'pastPi', 'gradient']

/** Refuses a name that stands for two things, or that every object has (`constructor`, `__proto__`). */
export const checkNames = (loss: string, given: readonly string[]): void => {
  const names = [...given, ...reserved]
  for (const [index, name] of names.entries()) {
    const inherited = name in Object.prototype
    if (!inherited && names.indexOf(name) === index) continue
    const problem = inherited ? 'belongs to every object' : 'names two things'
    throw new ParameterError(problem, { argument: `${loss}: ${name}`, allowed: 'another name' })
  }
}
