import { ParameterError } from '../errors.js'
import { derivative } from '../expression/derivative.js'
import type { Expression } from '../expression/node.js'
import { inputsOf } from '../expression/substitute.js'
import type { Loss } from '../losses/definition.js'
import { isZero } from '../losses/derive.js'
import type { ResolvedLoss } from '../losses/resolve.js'
import type { ClassBlock } from './cosine.js'
import { evaluateRows, type RowEnvironment } from './environment.js'
import { counted } from './kernels.js'
import type { ParameterValues } from './parameters.js'
import type { Step } from './prepare.js'
import { isHere } from './shard.js'

/** Collects d loss/d parameter over targets, non-targets and regulariser. */
export interface ParameterGradients {
  /** ∂(other logit)/∂parameter, to be evaluated with the non-targets. */
  readonly otherSlopes: readonly Expression[]
  /** Takes a row's d loss/d logit of a block's non-targets and the slopes' values. */
  addOthers(
    row: number,
    block: ClassBlock,
    factors: Float64Array,
    slopes: readonly Float64Array[],
  ): void
  /** Takes d loss/d (target logit, row regulariser, coupled row values) of every row. */
  addRows(environment: RowEnvironment, parts: readonly RowPart[]): void
  /** Once all is added, by parameter: a number, [C] or [N]; over all slices of the classes. */
  take(): Readonly<Record<string, number | Float64Array>>
}

/** A formula of the row and d reduced loss by it. */
interface RowPart {
  readonly formula: Expression
  readonly factors: Float64Array
}

/**
 * Which parameters have their gradient taken: those asked for, else the learnable ones.
 *
 * @throws ParameterError for a name that is no parameter, or one behind a draw or the pooling, whose slope is not taken.
 */
export const gradientNames = (
  { definition }: Loss,
  { draws, poolingTemperature }: ResolvedLoss,
  asked: readonly string[] | undefined,
): readonly string[] => {
  const { parameters } = definition
  const known = Object.keys(parameters)
  const names = asked ?? known.filter((name) => parameters[name]?.learnable)
  const closed = new Set(
    [...Object.values(draws).flatMap(({ mean, std }) => [mean, std]), poolingTemperature].flatMap(
      (formula) => (formula ? [...inputsOf(formula)] : []),
    ),
  )
  for (const name of names) {
    if (known.includes(name) && !closed.has(name)) continue
    const problem = closed.has(name)
      ? 'has no gradient'
      : `is not a parameter of ${definition.name}`
    throw new ParameterError(problem, {
      argument: `gradients.parameters: ${name}`,
      allowed: known.filter((other) => !closed.has(other)).join(', ') || 'none',
    })
  }
  return names
}

/** Starts at the class regulariser's gradient: mean over classes, by per-class and scalar parameters. */
export const createParameterGradients = (step: Step): ParameterGradients => {
  const { loss, resolved, derived, labels, columns, parameters, gradientNames: names } = step
  const { classOf } = step.centers
  const { classes = 0 } = parameters.scalars
  const { classRegularizer } = resolved
  const scopes = names.map((name) => loss.parameters[name] ?? 'scalar')
  const sums = scopes.map(
    (scope) =>
      new Float64Array(scope === 'perClass' ? classes : scope === 'perSample' ? labels.length : 1),
  )
  const add = (index: number, row: number, label: number, value: number): void => {
    const sum = sums[index] as Float64Array
    const scope = scopes[index]
    const at = scope === 'perClass' ? label : scope === 'perSample' ? row : 0
    sum[at] = (sum[at] as number) + value
  }
  // Of several slices one adds what all of them know.
  const isFirst = (step.shard?.first ?? 0) === 0
  if (classRegularizer && names.length > 0 && isFirst) {
    const slopes = evaluateRows(
      names.map((name) => derivative(classRegularizer, name)),
      classEnvironment(parameters),
    )
    slopes.forEach((values, index) => {
      for (let label = 0; label < classes; label++) {
        if (scopes[index] !== 'perSample') add(index, 0, label, (values[label] as number) / classes)
      }
    })
  }
  const otherSlopes = names.map((name) => derivative(derived.other.value, name))
  const reached = otherSlopes.flatMap((slope, index) => (isZero(slope) ? [] : [index]))
  return {
    otherSlopes: reached.map((index) => otherSlopes[index] as Expression),
    addOthers: (row, block, factors, slopes) => {
      slopes.forEach((values, position) => {
        for (let lane = 0; lane < block.count; lane++) {
          const value = counted(factors[lane] as number, values[lane] as number)
          add(reached[position] as number, row, classOf(block.start + lane), value)
        }
      })
    },
    addRows: (environment, parts) => {
      for (const { formula, factors } of parts) {
        const reach = inputsOf(formula)
        const own = names.flatMap((name, index) => (reach.has(name) ? [index] : []))
        const slopes = evaluateRows(
          own.map((index) => derivative(formula, names[index] as string)),
          environment,
        )
        slopes.forEach((values, position) => {
          for (let row = 0; row < labels.length; row++) {
            const label = labels[row] as number
            if (!isHere(columns[row] as number)) continue
            add(
              own[position] as number,
              row,
              label,
              (factors[row] as number) * (values[row] as number),
            )
          }
        })
      }
    },
    take: () => {
      for (const sum of sums) step.shard?.sum(sum)
      return Object.fromEntries(
        names.map((name, index) => {
          const sum = sums[index] as Float64Array
          return [
            name,
            scopes[index] === 'perClass' || scopes[index] === 'perSample'
              ? sum
              : (sum[0] as number),
          ]
        }),
      )
    },
  }
}

/** Per-class parameters side by side, for the class regulariser. */
export const classEnvironment = ({ scalars, perClass }: ParameterValues): RowEnvironment => ({
  rows: scalars['classes'] ?? 0,
  varying: { ...perClass },
  uniform: scalars,
})
