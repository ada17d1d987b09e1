import { type Expression, inputsOf, type Loss, number, simplify, substitute } from '@arcmargin/core'
import type { DerivedLoss, ResolvedLoss } from '@arcmargin/core/backend'
import { emit } from '../emit/emit.js'
import type { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'
import type { Normalized } from './normalize.js'
import type { HeadShape } from './shape.js'
import type { Targets } from './target.js'

/** The values that formulas over the rows may use: [N, 1], or scalars. Grows as the prelude adds to it. */
type RowEnvironment = Record<string, Value>

/** One step of a head under construction: the loss as trees, the inputs as values, the targets measured. */
export interface Step {
  readonly o: Ops
  readonly loss: Loss
  readonly resolved: ResolvedLoss
  readonly derived: DerivedLoss
  readonly shape: HeadShape
  /** N. */
  readonly rows: Dim
  readonly embeddings: Normalized
  /** [N, 1] int32 labels, 0 where ignored. */
  readonly labels: Value
  /** [N, 1] whether the row counts, and the same as a number. */
  readonly counted: Value
  readonly countedNumber: Value
  /** C as a float scalar. */
  readonly classCount: Value
  readonly classWeights: Value
  /** [C] tables of the parameters with a value for each class. */
  readonly tables: Readonly<Record<string, Value>>
  readonly targets: Targets
  readonly environment: RowEnvironment
  /** [N, 1] d reduced loss / d row's loss. */
  readonly rowScale: Value
  /** Puts the hyperparameters that are constants into a formula. */
  readonly bind: (formula: Expression) => Expression
}

/** Evaluates a formula for every row: [N, 1] or a scalar. */
export const evaluateRows = (step: Step, formula: Expression): Value =>
  emit(step.o, step.bind(formula), step.environment)

/** Whether a formula is the constant 0. */
export const isZero = (formula: Expression): boolean =>
  formula.type === 'number' && formula.value === 0

/** Whether a formula is the same for all classes of a row. */
export const isRowUniform = (step: Step, formula: Expression): boolean => {
  const names = inputsOf(formula)
  const varying = ['theta', 'cosTheta', 'sinTheta', 'weightNorm', ...Object.keys(step.tables)]
  return !varying.some((name) => names.has(name))
}

/** A function that puts numbers and formulas in the place of names, and shortens what comes of it. */
export const binder = (
  numbers: Readonly<Record<string, number>>,
  formulas: Readonly<Record<string, Expression>>,
): Step['bind'] => {
  const constants = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, number(value)]),
  )
  const known: Record<string, Expression> = { ...constants }
  for (const [name, formula] of Object.entries(formulas)) known[name] = substitute(formula, known)
  const cache = new Map<Expression, Expression>()
  return (formula) => {
    const before = cache.get(formula) ?? simplify(substitute(formula, known))
    cache.set(formula, before)
    return before
  }
}
