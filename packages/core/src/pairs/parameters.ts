import { LabelError, ParameterError } from '../errors.js'
import { checkTable } from '../head/parameters.js'
import { checkValue } from '../losses/parameter.js'
import type { PairOptions } from './batch.js'
import type { PairLoss } from './definition.js'

/** The loss's parameters in one step, and the sums of their gradients. */
export interface PairParameters {
  /** Values as they are for an anchor of this label. */
  parametersAt(label: number): Readonly<Record<string, number>>
  /** Parameters whose gradients are taken. */
  readonly gradientNames: readonly string[]
  addParameter(name: string, label: number, value: number): void
  /** By name: a number, or [C]. */
  parameterGradients(): Readonly<Record<string, number | Float64Array>>
}

/**
 * Brings together the loss's own parameters and those given for this step.
 *
 * @throws ParameterError, ShapeError, NonFiniteError, LabelError naming the parameter or the row.
 */
export const readPairParameters = (
  { definition, parameters }: PairLoss,
  given: PairOptions['parameters'] = {},
  asked: readonly string[] | undefined,
  labels: readonly (Int32Array | undefined)[],
): PairParameters => {
  const specifications = definition.parameters
  const known = Object.keys(specifications)
  const refuse = (argument: string): void => {
    const allowed = known.join(', ') || 'none'
    throw new ParameterError(`is not a parameter of ${definition.name}`, { argument, allowed })
  }
  for (const name of Object.keys(given)) if (!known.includes(name)) refuse(name)
  const gradientNames = asked ?? known.filter((name) => specifications[name]?.learnable)
  for (const name of gradientNames) {
    if (!known.includes(name)) refuse(`gradients.parameters: ${name}`)
  }
  const scalars: Record<string, number> = {}
  const tables: [string, ArrayLike<number>][] = []
  for (const name of known) {
    const specification = specifications[name] ?? {}
    const { [name]: value = parameters[name] } = given
    if (parameters[name] !== 'perClass') {
      checkValue(name, specification, value)
      scalars[name] = value as number
      continue
    }
    const entries = typeof value === 'object' ? value : undefined
    const table = checkTable(name, entries, entries?.length ?? 0, 'perClass')
    for (let row = 0; row < table.length; row++) checkValue(name, specification, table[row], row)
    for (const list of labels) checkLabels(list, table.length, name)
    tables.push([name, table])
  }
  const sums: Record<string, Float64Array> = {}
  for (const name of gradientNames) {
    const table = tables.find(([own]) => own === name)
    sums[name] = new Float64Array(table ? table[1].length : 1)
  }
  return {
    gradientNames,
    parametersAt: (label) => {
      if (tables.length === 0) return scalars
      const own = tables.map(([name, table]) => [name, table[Math.max(label, 0)] as number])
      return { ...scalars, ...Object.fromEntries(own) }
    },
    addParameter: (name, label, value) => {
      const sum = sums[name] as Float64Array
      const at = parameters[name] === 'perClass' ? label : 0
      sum[at] = (sum[at] as number) + value
    },
    parameterGradients: () =>
      Object.fromEntries(
        Object.entries(sums).map(([name, sum]) => [
          name,
          parameters[name] === 'perClass' ? sum : (sum[0] as number),
        ]),
      ),
  }
}

const checkLabels = (labels: Int32Array | undefined, classes: number, table: string): void => {
  const row = labels?.findIndex((label) => label >= classes) ?? -1
  if (row < 0) return
  throw new LabelError(`has no value in parameters.${table}`, {
    ...{ argument: 'labels', row, value: labels?.[row] },
    allowed: `0 to ${classes - 1}, or -1`,
  })
}
