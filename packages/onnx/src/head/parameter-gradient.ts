import { derivative, type Expression, inputsOf, type Loss, ParameterError } from '@arcmargin/core'
import type { ResolvedLoss } from '@arcmargin/core/backend'
import { emit } from '../emit/emit.js'
import type { Value } from '../graph/value.js'
import type { RowPart } from './backward.js'
import { evaluateRows, isZero, type Step } from './step.js'
import { zeros } from './zeros.js'

/** d loss / d something of every lane, as a product of [N, B] and [N, 1] (or a scalar). */
export interface Factors {
  readonly lane: Value
  readonly row: Value
}

/** Collects d loss/d parameter over targets, non-targets and regulariser. */
export interface ParameterGradients {
  /** Sums over the passes, and how many outputs a pass writes. */
  readonly states: readonly Value[]
  readonly outputs: number
  /** A block's non-targets; `by` gives d loss / d logit times a slope. */
  addOthers(
    states: readonly Value[],
    by: (slope: Expression) => Factors,
  ): { readonly states: readonly Value[]; readonly outputs: readonly Value[] }
  /** By parameter: a scalar, [C] or [N]. */
  finish(
    states: readonly Value[],
    outputs: readonly Value[],
    parts: readonly RowPart[],
    unstack: (stack: Value) => Value,
  ): Readonly<Record<string, Value>>
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
  const known = Object.keys(definition.parameters)
  const formulas = Object.values(draws).flatMap(({ mean, std }) => [mean, std])
  const closed = new Set(
    [...formulas, ...(poolingTemperature ? [poolingTemperature] : [])].flatMap((formula) => [
      ...inputsOf(formula),
    ]),
  )
  const names = asked ?? known.filter((name) => definition.parameters[name]?.learnable)
  const open = known.filter((name) => !closed.has(name))
  const wrong = names.find((name) => !open.includes(name))
  if (wrong === undefined) return names
  throw new ParameterError('has no gradient', {
    argument: `parameterGradients: ${wrong}`,
    allowed: open.join(', ') || 'none',
  })
}

/** Prepares the sums of the parameters' gradients. */
export const createParameterGradients = (
  step: Step,
  names: readonly string[],
): ParameterGradients => {
  const { o, derived, loss, countedNumber } = step
  const scopeOf = (name: string): string => String(loss.parameters[name] ?? 'scalar')
  const reached = names.flatMap((name) => {
    const slope = step.bind(derivative(derived.other.value, name))
    return isZero(slope) ? [] : [{ name, slope }]
  })
  const perClass = reached.filter(({ name }) => scopeOf(name) === 'perClass')
  const summed = reached.filter(({ name }) => scopeOf(name) !== 'perClass')
  const flat = (value: Value): Value => o.reshape(value, [step.rows])

  /** Of the rows: targets, regularisers, coupled values. */
  const ofRows = (name: string, parts: readonly RowPart[]): Value =>
    parts.reduce<Value>((sum, { logit, factors }) => {
      if (!inputsOf(logit.value).has(name)) return sum
      const slope = evaluateRows(step, derivative(logit.value, name))
      return o.add(sum, o.where(step.counted, o.mul(factors, slope), 0))
    }, zeros(step))

  /** Of the classes' regulariser, which is a mean over classes: [C] or a scalar. */
  const ofClasses = (name: string): Value | undefined => {
    const formula = step.resolved.classRegularizer
    if (!formula || !inputsOf(formula).has(name) || scopeOf(name) === 'perSample') return undefined
    const slope = step.bind(derivative(formula, name))
    const values = emit(o, slope, { ...step.environment, ...step.tables })
    if (scopeOf(name) === 'perClass') return o.div(values, step.classCount)
    return values.shape.length === 0 ? values : o.div(o.total(values), step.classCount)
  }

  const collect = (name: string, parts: readonly RowPart[], others: Value | undefined): Value => {
    const rows = ofRows(name, parts)
    const scope = scopeOf(name)
    const regularizer = ofClasses(name)
    const plus = (value: Value, more: Value | undefined): Value =>
      more ? o.add(value, more) : value
    if (scope === 'perSample') return flat(plus(rows, others))
    if (scope === 'scalar' || !step.tables[name]) {
      return plus(o.total(plus(rows, others)), regularizer)
    }
    const start = others ?? o.mul(step.tables[name], 0)
    return plus(o.addRows(start, flat(step.labels), flat(rows)), regularizer)
  }

  return {
    states: summed.map(() => zeros(step)),
    outputs: perClass.length,
    addOthers: (states, by) => ({
      states: summed.map(({ slope }, index) => {
        const { lane, row } = by(slope)
        return o.add(states[index] as Value, o.mul(row, o.sum(lane, 1)))
      }),
      outputs: perClass.map(({ slope }) => {
        const { lane, row } = by(slope)
        const across = o.reshape(o.mul(row, countedNumber), [1, step.rows])
        return o.reshape(o.matmul(across, lane), [step.shape.block])
      }),
    }),
    finish: (states, outputs, parts, unstack) =>
      Object.fromEntries(
        names.map((name) => {
          const at = summed.findIndex((one) => one.name === name)
          const column = perClass.findIndex((one) => one.name === name)
          const stack = column < 0 ? undefined : unstack(outputs[column] as Value)
          return [name, collect(name, parts, at < 0 ? stack : states[at])]
        }),
      ),
  }
}
