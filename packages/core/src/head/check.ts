import { ParameterError, ShapeError } from '../errors.js'
import type { ResolvedLoss } from '../losses/resolve.js'
import type { FloatArray, GradientRequest, HeadBatch, HeadOptions } from './batch.js'
import type { Centers } from './layout.js'

const batchNames = ['embeddings', 'classWeights', 'labels', 'dimension', 'subCenters', 'layout']
const optionNames = [
  'reduction',
  'gradients',
  'parameters',
  'sampleWeights',
  'state',
  'training',
  'random',
  'classSubset',
  'logits',
  'cosineBudget',
]

/** Refuses names that are not among the known ones. */
export const checkKnown = (given: object, known: readonly string[], what: string): void => {
  const argument = Object.keys(given).find((name) => !known.includes(name))
  if (argument === undefined) return
  throw new ParameterError(`is not ${what}`, { argument, allowed: known.join(', ') })
}

/** Refuses unknown names and arrays that are not Float32Array or Float64Array. */
export const checkOptions = (batch: HeadBatch, options: HeadOptions): void => {
  checkKnown(batch, batchNames, 'part of a batch')
  checkKnown(options, optionNames, 'an option')
  if (typeof options.gradients === 'object') {
    checkKnown(options.gradients, ['embeddings', 'classWeights', 'parameters'], 'a gradient')
  }
  checkFloats('embeddings', batch.embeddings)
  checkFloats('classWeights', batch.classWeights)
  const { reduction = 'mean' } = options
  if (!['mean', 'sum', 'none'].includes(reduction)) {
    throw new ParameterError('is unknown', {
      argument: 'reduction',
      value: reduction,
      allowed: 'mean, sum, none',
    })
  }
}

/** Refuses anything but the two float arrays, whose precision the results take. */
export const checkFloats = (argument: string, value: unknown): void => {
  if (value instanceof Float32Array || value instanceof Float64Array) return
  const shown = typeof value === 'object' ? value?.constructor.name : typeof value
  throw new ParameterError('is no float array', {
    argument,
    value: shown,
    allowed: 'Float32Array, Float64Array',
  })
}

/** d reduced loss / d loss of each row: w/Σw, or w; 0 where ignored; 1 where the loss is one value for the batch. */
export const rowScales = (
  { reduction }: ResolvedLoss,
  columns: Int32Array,
  options: HeadOptions,
): Float64Array => {
  const { sampleWeights: weights } = options
  if (reduction === 'classwise' && (weights || (options.reduction ?? 'mean') !== 'mean')) {
    throw new ParameterError('does not apply to a loss that is one value for the batch', {
      argument: weights ? 'sampleWeights' : 'reduction',
      allowed: "no sampleWeights and reduction 'mean'",
    })
  }
  if (weights && weights.length !== columns.length) {
    throw new ShapeError(`has ${weights.length} values`, {
      argument: 'sampleWeights',
      allowed: `${columns.length}`,
    })
  }
  const scales = Float64Array.from(columns, (column, row) => {
    const value = weights ? (weights[row] as number) : 1
    if (!(value >= 0 && value < Infinity)) {
      throw new ParameterError('is out of range', {
        argument: 'sampleWeights',
        row,
        value,
        allowed: 'finite numbers, at least 0',
      })
    }
    return column < 0 ? 0 : value
  })
  if (reduction === 'classwise' || (options.reduction ?? 'mean') !== 'mean') return scales
  const sum = scales.reduce((total, scale) => total + scale, 0)
  return sum === 0 ? scales : scales.map((scale) => scale / sum)
}

/** The caller's gradient arrays or new ones in the inputs' precision; refuses a wrong length. */
export const gradientBuffers = (
  { embeddings, classWeights }: HeadBatch,
  { length }: Centers,
  request: GradientRequest | undefined,
): { embeddings?: FloatArray; classWeights?: FloatArray } => {
  const buffer = (
    name: 'embeddings' | 'classWeights',
    like: FloatArray,
    size: number,
  ): Partial<Record<typeof name, FloatArray>> => {
    const asked = request?.[name]
    if (!asked) return {}
    if (asked === true) {
      return {
        [name]: like instanceof Float32Array ? new Float32Array(size) : new Float64Array(size),
      }
    }
    checkFloats(`gradients.${name}`, asked)
    if (asked.length === size) return { [name]: asked }
    throw new ShapeError(`has ${asked.length} values`, {
      argument: `gradients.${name}`,
      allowed: `${size}`,
    })
  }
  return {
    ...buffer('embeddings', embeddings, embeddings.length),
    ...buffer('classWeights', classWeights, length),
  }
}
