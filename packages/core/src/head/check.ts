import { checkKnown } from '../check-known.js'
import { ParameterError, ShapeError } from '../errors.js'
import type { ResolvedLoss } from '../losses/resolve.js'
import type { FloatArray, GradientRequest, HeadBatch, HeadOptions } from './batch.js'
import type { Centers } from './layout.js'

const batchNames = ['embeddings', 'classWeights', 'labels', 'dimension', 'subCenters', 'layout']
const gradientNames = ['embeddings', 'classWeights', 'parameters']
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

/** Refuses unknown names and arrays that are not Float32Array or Float64Array. */
export const checkOptions = (batch: HeadBatch, options: HeadOptions): void => {
  checkKnown('batch', batch, batchNames, 'part of a batch')
  checkKnown('options', options, optionNames, 'an option')
  const { gradients = false, reduction = 'mean', cosineBudget = 0 } = options
  if (typeof gradients !== 'boolean') {
    checkKnown('gradients', gradients, gradientNames, 'a gradient')
  }
  checkFloats('embeddings', batch.embeddings)
  checkFloats('classWeights', batch.classWeights)
  if (!(cosineBudget >= 0)) {
    const details = { argument: 'cosineBudget', value: cosineBudget, allowed: '0 or more bytes' }
    throw new ParameterError('is out of range', details)
  }
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
  const shown = typeof value === 'object' ? value?.constructor?.name : typeof value
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
    if (!(Number.isFinite(value) && value >= 0)) {
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
  if (sum === Infinity) {
    const allowed = 'weights with a finite sum'
    throw new ParameterError('add up to infinity', { argument: 'sampleWeights', allowed })
  }
  return sum === 0 ? scales : scales.map((scale) => scale / sum)
}

/** The caller's gradient arrays or new ones in the inputs' precision; refuses a wrong length and memory that is in use. */
export const gradientBuffers = (
  { embeddings, classWeights }: HeadBatch,
  { length }: Centers,
  request: GradientRequest | undefined,
): { embeddings?: FloatArray; classWeights?: FloatArray } => {
  const inputs = { embeddings, classWeights }
  const given = typeof request?.embeddings === 'object' ? request.embeddings : undefined
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
    if (asked.length !== size) {
      throw new ShapeError(`has ${asked.length} values`, {
        argument: `gradients.${name}`,
        allowed: `${size}`,
      })
    }
    const apart = { ...inputs, 'the other gradient': name === 'embeddings' ? undefined : given }
    const shared = Object.entries(apart).find(([, array]) => array && overlap(asked, array))
    if (!shared) return { [name]: asked }
    throw new ParameterError(`lies in the memory of ${shared[0]}, which it would overwrite`, {
      argument: `gradients.${name}`,
      allowed: 'memory of its own',
    })
  }
  return {
    ...buffer('embeddings', embeddings, embeddings.length),
    ...buffer('classWeights', classWeights, length),
  }
}

/** Whether two arrays have bytes in common. */
const overlap = (a: FloatArray, b: FloatArray): boolean =>
  a.buffer === b.buffer &&
  a.byteOffset < b.byteOffset + b.byteLength &&
  b.byteOffset < a.byteOffset + a.byteLength
