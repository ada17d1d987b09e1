import { ParameterError } from '../errors.js'
import { derivative } from '../expression/derivative.js'
import { apply, type Expression, input, number } from '../expression/node.js'
import { parse } from '../expression/parse.js'
import { simplify } from '../expression/simplify.js'
import { inputsOf, substitute } from '../expression/substitute.js'
import { checkNames } from '../losses/check-names.js'
import type { PairLoss, PairLossDefinition, TermScope } from './definition.js'

const onSphere = ['theta', 'cosTheta', 'sinTheta', 'chord'] as const
const inSpace = ['distance', 'dot'] as const
const counts = ['positiveCount', 'negativeCount'] as const
const sums = ['positives', 'negatives', 'positiveSum', 'negativeSum'] as const

/** What the term of each scope is a function of; its derivatives are taken by these. */
export const termInputs: Readonly<Record<TermScope, readonly string[]>> = {
  pairs: [],
  positives: ['positive', 'negatives'],
  anchors: sums,
  batch: sums,
  triplets: ['positive', 'negative', 'swapped'],
}

/**
 * How a score moves with its pair. `cosine`: slopes are [d/d cosθ]. `angle`: [d/dθ], where all the others move along.
 * `space`: [∂/∂distance, ∂/∂dot].
 */
type Motion = 'cosine' | 'angle' | 'space'

/** A score and its slopes. */
export interface Score {
  readonly value: Expression
  readonly motion: Motion
  readonly slopes: readonly Expression[]
}

/** A pair loss as trees. */
export interface ResolvedPairs {
  readonly positive: Score
  readonly negative: Score | undefined
  readonly term: Expression
  readonly keep: Expression | undefined
  readonly count: Expression
  /** Whether embeddings are taken at unit length. */
  readonly unit: boolean
}

const d = (formula: Expression, name: string): Expression => derivative(formula, name)

/** d/dθ of a formula on the sphere, finite everywhere: nothing is divided by the sine. */
const byAngle = (formula: Expression): Expression => {
  const half = apply('cos', apply('divide', input('theta'), 2))
  const parts = [
    d(formula, 'theta'),
    apply('multiply', input('cosTheta'), d(formula, 'sinTheta')),
    apply('multiply', half, d(formula, 'chord')),
    apply('negate', apply('multiply', input('sinTheta'), d(formula, 'cosTheta'))),
  ]
  return simplify(parts.reduce((sum, part) => apply('add', sum, part)))
}

const scoreOf = (value: Expression): Score => {
  const inputs = inputsOf(value)
  if (inSpace.some((name) => inputs.has(name))) {
    return { value, motion: 'space', slopes: inSpace.map((name) => d(value, name)) }
  }
  const angular = ['theta', 'sinTheta', 'chord'].some((name) => inputs.has(name))
  return angular
    ? { value, motion: 'angle', slopes: [byAngle(value)] }
    : { value, motion: 'cosine', slopes: [d(value, 'cosTheta')] }
}

/** Parses a definition under one set of choices; refuses inputs in places where they have no value. */
export const resolvePairs = (
  definition: PairLossDefinition,
  choices: Readonly<Record<string, string>>,
  scopes: PairLoss['parameters'] = {},
): ResolvedPairs => {
  const { name: loss, over, parameters, choices: offered = {}, where = {} } = definition
  const fixed = Object.keys(parameters)
  const all = [
    ...new Set([...onSphere, ...inSpace, ...counts, ...Object.values(termInputs).flat()]),
    ...['hardestPositive', 'hardestNegative', 'loss'],
    ...fixed,
  ]
  checkNames(loss, [...all, ...Object.keys(offered), ...Object.keys(where)])

  const abbreviations: Record<string, Expression> = {}
  const read = (formula: string): Expression =>
    substitute(parse(formula, [...all, ...Object.keys(abbreviations)]), abbreviations)
  for (const [name, formulas] of Object.entries(offered)) {
    abbreviations[name] = read(formulas[choices[name] as string] ?? '')
  }
  for (const [name, formula] of Object.entries(where)) abbreviations[name] = read(formula)

  const at = (place: string, formula: string, inputs: readonly string[]): Expression => {
    const tree = read(formula)
    for (const value of inputsOf(tree)) {
      if (inputs.includes(value) || fixed.includes(value)) continue
      const allowed = [...inputs, ...fixed].join(', ')
      throw new ParameterError('sees an input without a value', { argument: place, value, allowed })
    }
    return tree
  }
  const score = (place: string, formula: string): Score =>
    scoreOf(at(place, formula, [...onSphere, ...inSpace]))
  const positive = score('positive', definition.positive)
  const negative =
    definition.negative === undefined ? undefined : score('negative', definition.negative)
  if (over === 'triplets' && !negative) {
    throw new ParameterError('is missing', {
      argument: `${loss}: negative`,
      allowed: 'a formula: a triplet has a negative',
    })
  }
  const scores = negative ? [positive, negative] : [positive]
  const spatial = scores.filter(({ motion }) => motion === 'space')
  const mixed = scores.some(({ value }) => onSphere.some((name) => inputsOf(value).has(name)))
  if (spatial.length > 0 && mixed) {
    throw new ParameterError('mixes unit and raw vectors', {
      argument: `${loss}: positive, negative`,
      allowed: `either ${onSphere.join(', ')} or ${inSpace.join(', ')}`,
    })
  }
  const seen = [...termInputs[over], ...(over === 'pairs' ? [] : counts)]
  if ((definition.term === undefined) !== (over === 'pairs')) {
    const allowed = over === 'pairs' ? 'no term: scores are the terms' : 'a formula'
    throw new ParameterError('does not fit', { argument: `${loss}: term`, allowed })
  }
  if (definition.keep !== undefined && over !== 'triplets') {
    throw new ParameterError('applies to triplets alone', { argument: `${loss}: keep` })
  }
  const term = at('term', definition.term ?? '0', seen)
  const keep =
    definition.keep === undefined
      ? undefined
      : at('keep', definition.keep, [...seen, 'hardestPositive', 'hardestNegative'])
  const count = at('count', definition.count ?? '1', [...seen, 'loss'])
  for (const value of inputsOf(over === 'batch' ? term : number(0))) {
    if (scopes[value] !== 'perClass') continue
    const allowed = 'a number: the term belongs to the whole batch'
    throw new ParameterError('cannot be a table', { argument: value, allowed })
  }
  return { positive, negative, term, keep, count, unit: spatial.length === 0 }
}

const cache = new WeakMap<PairLoss, ResolvedPairs>()

/** Parses a pair loss once. */
export const resolvePairLoss = (loss: PairLoss): ResolvedPairs => {
  const known = cache.get(loss) ?? resolvePairs(loss.definition, loss.choices, loss.parameters)
  cache.set(loss, known)
  return known
}
