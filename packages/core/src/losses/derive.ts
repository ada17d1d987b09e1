import { derivative } from '../expression/derivative.js'
import { apply, type Expression, input } from '../expression/node.js'
import { simplify } from '../expression/simplify.js'
import { inputsOf, substitute } from '../expression/substitute.js'
import type { Loss } from './definition.js'
import { resolveLoss } from './resolve.js'

/** A logit and its derivatives by everything that has a gradient. */
export interface DerivedLogit {
  readonly value: Expression
  /**
   * `angle`: d/dθ, where cosθ and sinθ move along. `cosine`: d/d cosθ. The target always has the angle; the other logits have
   * the cosine unless their formula mentions the angle.
   */
  readonly by: 'angle' | 'cosine'
  readonly slope: Expression
  readonly featureNorm: Expression
  readonly weightNorm: Expression
}

/**
 * What a backend runs: logits with exact derivatives, none of them singular anywhere on [0, π]. Where the reduction is separable,
 * `target` and `other` are the loss terms made of the logits, and the loss of a row is their sum.
 */
export interface DerivedLoss {
  readonly target: DerivedLogit
  readonly other: DerivedLogit
  /** Added to each row's loss; derived like the target. */
  readonly sample: DerivedLogit | undefined
  /** Row values through which `other` depends on the target's angle with a gradient, and ∂other by each. */
  readonly coupled: Readonly<
    Record<string, { readonly row: DerivedLogit; readonly slope: Expression }>
  >
}

/** d/dθ of a formula in which cosθ and sinθ are functions of θ: never divides by sinθ. */
const byAngle = (formula: Expression): Expression =>
  simplify(
    apply(
      'add',
      derivative(formula, 'theta'),
      apply(
        'subtract',
        apply('multiply', input('cosTheta'), derivative(formula, 'sinTheta')),
        apply('multiply', input('sinTheta'), derivative(formula, 'cosTheta')),
      ),
    ),
  )

/** Whether a formula is the constant 0. */
export const isZero = (formula: Expression): boolean =>
  formula.type === 'number' && formula.value === 0

const derived = (value: Expression, by: DerivedLogit['by'], slope: Expression): DerivedLogit => ({
  value,
  by,
  slope,
  featureNorm: derivative(value, 'featureNorm'),
  weightNorm: derivative(value, 'weightNorm'),
})

const cache = new WeakMap<Loss, DerivedLoss>()

/** Derives every formula that the backward pass needs, in the loss's gradient mode; once for each loss. */
export const deriveLoss = (loss: Loss): DerivedLoss => {
  const known = cache.get(loss) ?? derive(loss)
  cache.set(loss, known)
  return known
}

const derive = (loss: Loss): DerivedLoss => {
  const { row, straightThrough, sampleRegularizer, reduction, ...logits } = resolveLoss(loss)
  const terms = typeof reduction === 'object' ? reduction : undefined
  const put = (term: Expression, logit: Expression): Expression => substitute(term, { logit })
  const target = terms ? put(terms.positive, logits.target) : logits.target
  const other = terms ? put(terms.negative, logits.other) : logits.other
  const onTarget = (formula: Expression): DerivedLogit =>
    derived(formula, 'angle', byAngle(formula))
  if (loss.gradient === 'straightThrough' && straightThrough) {
    /** A prescribed slope of the logit as one of the term. */
    const chain = (
      slope: Expression,
      term: Expression | undefined,
      logit: Expression,
    ): Expression =>
      term ? apply('multiply', put(derivative(term, 'logit'), logit), slope) : slope
    // d cosθ/dθ = -sinθ turns the prescribed slope by the cosine into one by the angle.
    const onAngle = apply('multiply', apply('negate', input('sinTheta')), straightThrough.target)
    return {
      target: derived(target, 'angle', chain(onAngle, terms?.positive, logits.target)),
      other: derived(other, 'cosine', chain(straightThrough.other, terms?.negative, logits.other)),
      sample: sampleRegularizer && onTarget(sampleRegularizer),
      coupled: {},
    }
  }
  const mentions = inputsOf(other)
  const angular = mentions.has('theta') || mentions.has('sinTheta')
  return {
    target: onTarget(target),
    other: derived(
      other,
      angular ? 'angle' : 'cosine',
      angular ? byAngle(other) : derivative(other, 'cosTheta'),
    ),
    sample: sampleRegularizer && onTarget(sampleRegularizer),
    coupled: Object.fromEntries(
      Object.entries(row).flatMap(([name, formula]) => {
        const slope = derivative(other, name)
        return isZero(slope) ? [] : [[name, { row: onTarget(formula), slope }]]
      }),
    ),
  }
}
