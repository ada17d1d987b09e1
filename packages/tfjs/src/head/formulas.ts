/** Formulas of the stages, for tensor ops and for the programs of a backend. */
import { apply, type Expression, input, parse, substitute } from '@arcmargin/core'

/** Shorter vectors count as zero, as in core for float32: their gradient would leave the range of the type. */
export const shortest = 1e-30

/** Below this sine two float32 directions are equal to rounding: the tangent has no direction. */
export const noDirection = 1e-7

/** A vector by its largest entry: the squares of very small or large values leave the range of a float32. */
export const scaledVector: Expression = parse('vector / select(largest > 0, largest, 1)', [
  'vector',
  'largest',
])

const ofLengths = (formula: string): Expression =>
  parse(formula, ['scaled', 'largest', 'squares', 'shortest'])

export const unitVector: Expression = ofLengths(
  'select(largest * sqrt(squares) >= shortest, 1 / max(sqrt(squares), 0.5), 0) * scaled',
)

export const vectorNorm: Expression = ofLengths(
  'select(largest * sqrt(squares) >= shortest, largest * sqrt(squares), 0)',
)

/** What of a vector lies across an axis. */
export const rejection: Expression = parse('vector - along * axis', ['vector', 'along', 'axis'])

const ofTangent = (formula: string): Expression => parse(formula, ['vector', 'squares', 'least'])

export const tangentDirection: Expression = ofTangent(
  'select(sqrt(squares) > least, 1 / max(sqrt(squares), least), 0) * vector',
)

export const tangentSine: Expression = ofTangent('select(sqrt(squares) > least, sqrt(squares), 0)')

const ofGradient = (formula: string): Expression =>
  parse(formula, ['gradient', 'along', 'unit', 'norm', 'shortest', 'byNorm'])

/** A gradient by a vector, from the one by its direction. */
export const ofDirection: Expression = ofGradient(
  '(gradient - along * unit) * select(norm > 0, 1 / max(norm, shortest), 0)',
)

/** The same, and from the one by its norm. */
export const ofBoth: Expression = apply(
  'add',
  ofDirection,
  ofGradient('select(norm > 0, byNorm, 0) * unit'),
)

export const exponentials: Expression = parse('exp(logits - largest)', ['logits', 'largest'])

/** Two sums of exponentials by one largest logit. */
export const sumOfBoth: Expression = parse(
  'sumA * exp(largestA - largest) + sumB * exp(largestB - largest)',
  ['sumA', 'sumB', 'largestA', 'largestB', 'largest'],
)

/** A sum of exponentials by the larger of its largest logit and another one. */
export const scaledSum: Expression = parse('sum * exp(min(largest - logit, 0))', [
  'sum',
  'largest',
  'logit',
])

/** With the other one; one of the two factors, this one and that of {@link scaledSum}, is 1. */
const whole = parse('scaled + exp(-max(largest - logit, 0))', ['scaled', 'largest', 'logit'])

const ofWhole = (formula: string): Expression =>
  substitute(parse(formula, ['scaled', 'whole', 'small', 'largest', 'logit']), { whole })

/** Of the logarithm of that: what stands beside the larger logit. `small` is log(1 + scaled). */
export const restOfLog: Expression = ofWhole(
  'select(largest - logit <= 0, small, log(max(whole, 1e-30)))',
)

/** The sum's share of the whole. */
export const shareOfSum: Expression = ofWhole('scaled / max(whole, 1e-30)')

/** Names that no parameter can have: the row's own column, and that of the lane. */
export const ownColumn = 'row column'
export const laneColumn = 'lane column'

const masked = parse('select(abs(own - lane) < 0.5, instead, value)', [
  'own',
  'lane',
  'instead',
  'value',
])

/** A formula of lanes, and something else at the rows' own classes, by {@link ownColumn} and {@link laneColumn}. */
export const withoutTargets = (value: Expression, instead: number): Expression =>
  substitute(masked, {
    own: input(ownColumn),
    lane: input(laneColumn),
    instead: { type: 'number', value: instead },
    value,
  })

/** Names that no parameter can have stand for what a formula of a loss does not know. */
const own = Object.fromEntries(
  ['shift', 'rest', 'share'].map((name) => [name, input(`row ${name}`)]),
)

const softmaxShare = parse('exp(logit - shift - rest) * share', ['logit', 'shift', 'rest', 'share'])

const countedProduct = parse('select(abs(factor) <= 0, 0, factor * slope)', ['factor', 'slope'])

/**
 * d value / d logit of a non-target times a slope, by `row shift`, `row rest` and `row share`.
 *
 * @param logit none for a loss that is a sum of terms.
 */
export const weighedSlope = (logit: Expression | undefined, slope: Expression): Expression => {
  const factor = logit ? substitute(softmaxShare, { ...own, logit }) : (own['share'] as Expression)
  return substitute(countedProduct, { factor, slope })
}
