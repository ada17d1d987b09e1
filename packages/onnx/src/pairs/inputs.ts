import { type Expression, ParameterError } from '@arcmargin/core'
import { positiveInteger } from '@arcmargin/core/backend'
import type { PairLoss } from '@arcmargin/core/pairs'
import { checkReduction, type ResolvedPairs, resolvePairLoss } from '@arcmargin/core/pairs/engine'
import { GraphBuilder } from '../graph/builder.js'
import { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'
import { type Normalized, normalizeEmbeddings } from '../head/normalize.js'
import { binder } from '../head/step.js'
import { mentions } from './lanes.js'
import type { PairGradientsOptions } from './options.js'

/** Samples as an input. */
export interface Samples {
  readonly normalized: Normalized
  /** [rows, D] unit or raw. */
  readonly vectors: Value
  /** [rows] int32, -1 ignored. */
  readonly labels: Value
}

/** The graph's inputs, and the loss as trees. */
export interface PairInputs {
  readonly o: Ops
  readonly loss: PairLoss
  readonly resolved: ResolvedPairs
  readonly options: PairGradientsOptions
  readonly samples: Samples
  readonly others: Samples | undefined
  readonly self: Value | undefined
  /** [T, 2] and [U, 2] int32 rows, or [T, 3] in the place of both. */
  readonly lists: Readonly<Partial<Record<'positives' | 'negatives' | 'triplets', Value>>>
  /** Scalars, or [C, 1]. */
  readonly parameters: Readonly<Record<string, Value>>
  readonly perClass: readonly string[]
  readonly bind: (formula: Expression) => Expression
  /** Whether pairs are measured by their difference vectors. */
  readonly exact: boolean
}

const refuse = (argument: string, problem: string, allowed?: string): never => {
  throw new ParameterError(problem, { argument, ...(allowed === undefined ? {} : { allowed }) })
}

const optionNames = [
  'dimension',
  'blockSize',
  'rows',
  'others',
  'self',
  'pairs',
  'triplets',
  'reduction',
  'inputs',
  'graphName',
  'parameterGradients',
]

/** Refuses options that are unknown or do not go together with the loss. */
const checkOptions = (loss: PairLoss, options: PairGradientsOptions): void => {
  const { definition } = loss
  const { name, over, pairing = 'all', symmetric = false, parameters } = definition
  const unknown = Object.keys(options).find((option) => !optionNames.includes(option))
  if (unknown !== undefined) refuse(unknown, 'is not an option', optionNames.join(', '))
  positiveInteger('dimension', options.dimension)
  positiveInteger('rows', options.rows ?? 1)
  positiveInteger('blockSize', options.blockSize ?? 1)
  checkReduction(options.reduction ?? 'own')
  const known = Object.keys(parameters)
  for (const list of ['inputs', 'parameterGradients'] as const) {
    const wrong = options[list]?.find((parameter) => !known.includes(parameter))
    if (wrong !== undefined) refuse(`${list}: ${wrong}`, 'is not a parameter', known.join(', '))
  }
  const { term, keep, count } = resolvePairLoss(loss)
  if (options.pairs && over === 'triplets') {
    refuse('pairs', `does not go with ${name}, which is a loss over triplets`)
  }
  if (options.triplets && over !== 'triplets') {
    refuse('triplets', `does not go with ${name}, which is no loss over triplets`)
  }
  if (options.self && !options.others) refuse('self', 'needs a second set', 'others: true')
  if (options.self && symmetric) refuse('self', `does not go with ${name}, which is symmetric`)
  if (pairing === 'firstOfClass' && (options.others || options.pairs)) {
    refuse(options.others ? 'others' : 'pairs', `does not go with ${name}, which picks its own`)
  }
  for (const list of ['pairs', 'triplets'] as const) {
    if (symmetric && options[list]) refuse(list, `does not go with ${name}, which is symmetric`)
  }
  if (options.others && mentions(term, ['swapped'])) {
    refuse('others', `does not go with ${name} with swap`)
  }
  const ofRow = ['swapped', 'hardestPositive', 'hardestNegative', 'positiveCount', 'negativeCount']
  const row = options.triplets && [term, keep, count].some((formula) => mentions(formula, ofRow))
  if (row) refuse('triplets', `does not go with formulas of ${ofRow.join(', ')}`)
}

const samplesOf = (
  o: Ops,
  unit: boolean,
  [name, labels, rows]: readonly [string, string, string],
  dimension: number,
): Samples => {
  const embeddings = o.builder.input(name, 'float', [rows, dimension], 'Samples, of any length')
  const normalized = normalizeEmbeddings(o, embeddings)
  return {
    normalized,
    vectors: unit ? normalized.unit : embeddings,
    labels: o.builder.input(labels, 'int32', [rows], 'What belongs together; -1 leaves a row out'),
  }
}

/** Declares the inputs of a pair loss's graph. */
export const pairInputs = (loss: PairLoss, options: PairGradientsOptions): PairInputs => {
  checkOptions(loss, options)
  const o = new Ops(new GraphBuilder())
  const { builder } = o
  builder.stage('inputs', 'Stage 1: samples as directions and lengths')
  const resolved = resolvePairLoss(loss)
  const { dimension } = options
  const { definition } = loss
  const samples = samplesOf(o, resolved.unit, ['embeddings', 'labels', 'batch'], dimension)
  const others = options.others
    ? samplesOf(o, resolved.unit, ['others', 'others.labels', 'others'], dimension)
    : undefined
  const list = (name: string, length: string, width: number, about: string): Value =>
    builder.input(name, 'int32', [length, width], about)
  const lists = {
    ...(options.pairs
      ? {
          positives: list(
            'pairs.positives',
            'positives',
            2,
            'Rows (anchor, other) that belong together',
          ),
          negatives: list('pairs.negatives', 'negatives', 2, 'Rows (anchor, other) that do not'),
        }
      : {}),
    ...(options.triplets
      ? { triplets: list('triplets', 'triplets', 3, 'Rows (anchor, positive, negative)') }
      : {}),
  }
  const parameters: Record<string, Value> = {}
  const constants: Record<string, number> = {}
  const perClass: string[] = []
  for (const [name, value] of Object.entries(loss.parameters)) {
    const { learnable = false } = definition.parameters[name] ?? {}
    const given = `parameters.${name}`
    if (value === 'perClass') {
      perClass.push(name)
      const table = builder.input(given, 'float', ['classes'], 'A value for each class')
      parameters[name] = o.reshape(table, ['classes', 1])
    } else if (
      learnable ||
      options.inputs?.includes(name) ||
      options.parameterGradients?.includes(name)
    ) {
      parameters[name] = builder.input(given, 'float', [], 'A hyperparameter')
    } else constants[name] = value
  }
  const scores = resolved.negative ? [resolved.positive, resolved.negative] : [resolved.positive]
  return {
    o,
    loss,
    resolved,
    options,
    samples,
    others,
    self: options.self
      ? builder.input('others.self', 'int32', ['batch'], 'Row of others that is the anchor, or -1')
      : undefined,
    lists,
    parameters,
    perClass,
    bind: binder(constants, {}),
    exact: scores.some(({ motion }) => motion !== 'cosine'),
  }
}
