import {
  derivative,
  type Expression,
  inputsOf,
  number,
  simplify,
  substitute,
} from '@arcmargin/core'
import { createParameterGradients, evaluateRows, type Step } from '@arcmargin/core/backend'

/** A function of the cosine for each row: slope·cosθ + offset, [N] each. */
interface RowLines {
  readonly slope: Float64Array
  readonly offset: Float64Array
}

/** A loss that the fused kernels run: its other logits are linear in the cosine, with numbers of the row alone. */
export interface LinearLogits {
  /** The other logits; every slope is above 0. */
  readonly logits: RowLines
  /** [N] d logit / d cosine that the backward pass takes: `logits.slope`, or a straight-through one. */
  readonly gradient: Float64Array
  /** d logit / d |x|, undefined where it is 0. */
  readonly featureNorm: RowLines | undefined
}

interface Line {
  readonly slope: Expression
  readonly offset: Expression
}

const lanewise = ['theta', 'sinTheta', 'weightNorm']
const linearOperations: ReadonlySet<string> = new Set([
  'negate',
  'add',
  'subtract',
  'multiply',
  'divide',
])

/** Whether every operation above a cosine keeps a line a line (a product of two cosines shows in the derivative). */
const isPolynomial = (formula: Expression, seen = new Set<Expression>()): boolean => {
  if (formula.type !== 'operation' || seen.has(formula)) return true
  seen.add(formula)
  return (
    !inputsOf(formula).has('cosTheta') ||
    (linearOperations.has(formula.operation) &&
      formula.operands.every((operand) => isPolynomial(operand, seen)))
  )
}

/** A formula as a line over the cosine, if it is one for every class alike. */
const lineOf = (formula: Expression, perClass: readonly string[]): Line | undefined => {
  const names = inputsOf(formula)
  if ([...lanewise, ...perClass].some((name) => names.has(name))) return undefined
  const slope = derivative(formula, 'cosTheta')
  if (!isPolynomial(formula) || inputsOf(slope).has('cosTheta')) return undefined
  return { slope, offset: simplify(substitute(formula, { cosTheta: number(0) })) }
}

const isZero = (formula: Expression): boolean => formula.type === 'number' && formula.value === 0

/** The other logits of a step after its prelude as lines, or undefined where the loss needs core's lanes. */
export const linearLogits = (step: Step): LinearLogits | undefined => {
  const { resolved, derived, parameters, pooling, environment } = step
  const { other, coupled } = derived
  const softmax = resolved.reduction === 'softmax' || resolved.reduction === 'softmaxOthers'
  const simple =
    softmax &&
    !pooling.soft &&
    other.by === 'cosine' &&
    isZero(other.weightNorm) &&
    Object.keys(coupled).length === 0 &&
    createParameterGradients(step).otherSlopes.length === 0
  if (!simple) return undefined
  const perClass = Object.keys(parameters.perClass)
  const value = lineOf(other.value, perClass)
  const gradient = lineOf(other.slope, perClass)
  const byNorm = lineOf(other.featureNorm, perClass)
  if (!value || !gradient || !byNorm || !isZero(gradient.slope)) return undefined
  const [slope, offset, pull, normSlope, normOffset] = evaluateRows(
    [value.slope, value.offset, gradient.offset, byNorm.slope, byNorm.offset],
    environment,
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  // The kernels take the largest cosine for the largest logit. An embedding of norm 0 has no logits at all.
  if (!slope.every((each, row) => each > 0 || step.featureNorms[row] === 0)) return undefined
  return {
    logits: { slope, offset },
    gradient: pull,
    featureNorm: isZero(other.featureNorm) ? undefined : { slope: normSlope, offset: normOffset },
  }
}
