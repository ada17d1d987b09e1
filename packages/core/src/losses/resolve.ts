import { ParameterError } from '../errors.js'
import { apply, type Expression, number } from '../expression/node.js'
import { parse, parseCondition } from '../expression/parse.js'
import { inputsOf, substitute } from '../expression/substitute.js'
import { checkNames } from './check-names.js'
import { checkParts } from './check-parts.js'
import type { Loss, LossDefinition, PastPi, Reduction } from './definition.js'

type Trees = Readonly<Record<string, Expression>>

/** Inputs that describe a sample against one class. */
const classInputs = ['theta', 'cosTheta', 'sinTheta', 'featureNorm', 'weightNorm'] as const

/** A definition with every formula parsed and every abbreviation put in. */
export interface ResolvedLoss {
  /** Row values, in terms of the target's inputs, state and statistics. */
  readonly row: Trees
  readonly negatives: Readonly<
    Record<
      string,
      {
        readonly reduce: 'sum' | 'mean'
        readonly of: Expression
        /** 1 for a class that counts, 0 for one that does not. */
        readonly counts: Expression
      }
    >
  >
  readonly batch: Readonly<
    Record<string, { readonly reduce: 'mean' | 'std' | 'lowerMedian'; readonly of: Expression }>
  >
  readonly state: Readonly<
    Record<string, { readonly initial: Expression; readonly next: Expression }>
  >
  readonly draws: Readonly<
    Record<
      string,
      { readonly mean: Expression; readonly std: Expression; readonly rankMatched: boolean }
    >
  >
  /** Formulas of parameters whose default depends on the class count. */
  readonly defaults: Trees
  /** The target logit, with the row values put in. */
  readonly target: Expression
  /** The logit of the other classes; row values are inputs by name, for they belong to the target. */
  readonly other: Expression
  readonly straightThrough: { readonly target: Expression; readonly other: Expression } | undefined
  readonly reduction:
    | Exclude<Reduction, object>
    | { readonly positive: Expression; readonly negative: Expression }
  readonly poolingTemperature: Expression | undefined
  readonly sampleRegularizer: Expression | undefined
  readonly classRegularizer: Expression | undefined
}

const names = (record: object | undefined): string[] => Object.keys(record ?? {})

const mapValues = <A, B>(
  record: Readonly<Record<string, A>> | undefined,
  map: (value: A, name: string) => B,
): Record<string, B> =>
  Object.fromEntries(Object.entries(record ?? {}).map(([name, value]) => [name, map(value, name)]))

/** The formula of the target logit under the given treatment past π. */
const targetFormula = (
  definition: LossDefinition,
  pastPi: PastPi | undefined = definition.pastPi,
): string => {
  const { target } = definition
  if (typeof target === 'string') return target
  const formula = pastPi === undefined ? undefined : target[pastPi]
  if (formula !== undefined) return formula
  throw new ParameterError(`is not offered by ${definition.name}`, {
    argument: 'pastPi',
    value: pastPi,
    allowed: names(target).join(', '),
  })
}

const cache = new WeakMap<Loss, ResolvedLoss>()

/**
 * Parses a loss once.
 *
 * @throws FormulaError pointing at the character of a formula that cannot be read; ParameterError where a statistic would
 * depend on itself, two things share a name, or a table stands where one number is needed.
 */
export const resolveLoss = (loss: Loss): ResolvedLoss => {
  const known = cache.get(loss)
  if (known) return known
  if (typeof loss !== 'object' || !loss?.definition || !loss.parameters) {
    throw new ParameterError('is no loss', {
      argument: 'loss',
      value: typeof loss === 'function' ? 'a function' : loss,
      allowed: 'what arcFace(), another factory or lossFromJson returns',
    })
  }
  const resolved = resolve(loss.definition, loss.pastPi)
  checkParts(loss, resolved)
  cache.set(loss, resolved)
  return resolved
}

/** Parses a definition under one treatment past π; see {@link resolveLoss}. */
export const resolve = (
  definition: LossDefinition,
  pastPi: PastPi | undefined = definition.pastPi,
): ResolvedLoss => {
  const { parameters, where, row, negatives, batch, state, draws, reduction } = definition
  const fixed = [...names(parameters), 'classes']
  const stepped = [...fixed, ...names(state)]
  const sample = [...classInputs, ...stepped, ...names(draws)]
  const statistics = [...names(negatives), ...names(batch)]
  checkNames(definition.name, [...sample, ...names(row), ...statistics, ...names(where)])

  // Abbreviations may use what stands before them; each use puts the whole formula in.
  const abbreviations: Record<string, Expression> = {}
  const read = (formula: string, inputs: readonly string[], as = parse): Expression =>
    substitute(as(formula, [...inputs, ...Object.keys(abbreviations)]), abbreviations)
  const logitInputs = [...sample, ...names(row), ...statistics]
  for (const [name, formula] of Object.entries(where ?? {})) {
    abbreviations[name] = read(formula, logitInputs)
  }

  const rowTrees: Record<string, Expression> = {}
  const readRow = (formula: string, inputs: readonly string[]): Expression => {
    const tree = substitute(read(formula, [...inputs, ...Object.keys(rowTrees)]), rowTrees)
    const later = names(row).find((name) => inputsOf(tree).has(name))
    if (later === undefined) return tree
    throw new ParameterError('is used before it is defined', { argument: `row.${later}` })
  }
  for (const [name, formula] of Object.entries(row ?? {})) {
    rowTrees[name] = readRow(formula, [...sample, ...statistics])
  }

  /** Statistics are taken before the state moves on and before anything that uses them. */
  const early = (tree: Expression, allowed: readonly string[], argument: string): Expression => {
    for (const name of inputsOf(tree)) {
      const uses = inputsOf(rowTrees[name] ?? tree)
      const late = [...uses].find((use) => statistics.includes(use) && !allowed.includes(use))
      if (late !== undefined) {
        throw new ParameterError(`may not depend on ${late}`, { argument })
      }
    }
    return tree
  }

  return {
    row: rowTrees,
    negatives: mapValues(negatives, ({ reduce, of, where: which }, name) => {
      const condition = which === undefined ? undefined : read(which, logitInputs, parseCondition)
      const counted = (value: Expression): Expression =>
        early(condition ? apply('select', condition, value, 0) : value, [], name)
      return { reduce, of: counted(read(of, logitInputs)), counts: counted(number(1)) }
    }),
    batch: mapValues(batch, ({ reduce, of }, name) => ({
      reduce,
      of: early(readRow(of, logitInputs), names(negatives), name),
    })),
    state: mapValues(state, ({ initial, next }) => ({
      initial: read(initial, fixed),
      next: read(next, [...stepped, ...names(batch), 'batchSize']),
    })),
    draws: mapValues(draws, ({ mean, std, rankMatched }) => ({
      mean: read(mean, stepped),
      std: read(std, stepped),
      rankMatched: rankMatched ?? false,
    })),
    defaults: mapValues(
      Object.fromEntries(
        Object.entries(parameters).flatMap(([name, { default: value }]) =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
      ),
      (formula) => read(formula, fixed),
    ),
    target: readRow(targetFormula(definition, pastPi), logitInputs),
    other: read(definition.other, logitInputs),
    straightThrough: definition.straightThrough && {
      target: readRow(definition.straightThrough.target, logitInputs),
      other: read(definition.straightThrough.other, logitInputs),
    },
    reduction:
      typeof reduction === 'object'
        ? {
            positive: read(reduction.positive, [...stepped, 'logit']),
            negative: read(reduction.negative, [...stepped, 'logit']),
          }
        : (reduction ?? 'softmax'),
    poolingTemperature: definition.pooling && read(definition.pooling.temperature, stepped),
    sampleRegularizer:
      definition.regularizer?.sample === undefined
        ? undefined
        : readRow(definition.regularizer.sample, logitInputs),
    classRegularizer:
      definition.regularizer?.class === undefined
        ? undefined
        : read(definition.regularizer.class, stepped),
  }
}
