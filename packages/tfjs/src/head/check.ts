import { type Loss, ParameterError, ShapeError } from '@arcmargin/core'
import { checkState, type ResolvedLoss, rowScales } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { MarginLossOptions } from './options.js'

/** Refuses what is no living float32 tensor of one of the ranks. */
export const checkTensor = (argument: string, value: unknown, ranks: readonly number[]): void => {
  if (!(value instanceof tf.Tensor)) {
    throw new ParameterError('is no tensor', { argument, value: typeof value, allowed: 'a tensor' })
  }
  if (value.isDisposed) {
    throw new ParameterError('is disposed', { argument, allowed: 'a tensor that lives' })
  }
  if (value.dtype !== 'float32') {
    throw new ParameterError('has the wrong dtype', {
      argument,
      value: value.dtype,
      allowed: 'float32',
    })
  }
  if (ranks.includes(value.rank) && value.size > 0) return
  throw new ShapeError(`has the shape [${value.shape}]`, {
    argument,
    allowed: `rank ${ranks.join(' or ')}, no axis of length 0`,
  })
}

/** Refuses what is no living float32 tensor of the shape [N, D]. */
export const checkEmbeddings = (value: unknown, dimension: number): void => {
  checkTensor('embeddings', value, [2])
  const { shape } = value as tf.Tensor
  if (shape[1] === dimension) return
  throw new ShapeError(`has the shape [${shape}]`, {
    argument: 'embeddings',
    allowed: `[N, ${dimension}]`,
  })
}

/** Refuses another number of values. */
export const checkSize = (argument: string, value: tf.Tensor, size: number): void => {
  if (value.size === size) return
  throw new ShapeError(`has ${value.size} values`, { argument, allowed: `${size}` })
}

/** Refuses options that do not fit the loss, and sample weights out of range. */
export const checkStep = (
  resolved: ResolvedLoss,
  options: MarginLossOptions,
  labels: Int32Array | tf.Tensor,
  rows: number,
): void => {
  const { reduction = 'mean', sampleWeights } = options
  if (!['mean', 'sum', 'none'].includes(reduction)) {
    const allowed = 'mean, sum, none'
    throw new ParameterError('is unknown', { argument: 'reduction', value: reduction, allowed })
  }
  const onHost = sampleWeights instanceof tf.Tensor ? undefined : sampleWeights
  if (sampleWeights instanceof tf.Tensor) {
    checkTensor('sampleWeights', sampleWeights, [1, 2])
    checkSize('sampleWeights', sampleWeights, rows)
  }
  const columns = labels instanceof tf.Tensor ? new Int32Array(rows) : labels
  rowScales(resolved, columns, { reduction, ...(onHost ? { sampleWeights: onHost } : {}) })
  if (resolved.reduction === 'classwise' && sampleWeights)
    rowScales(resolved, columns, { sampleWeights: [] })
  if (Object.keys(resolved.draws).some((name) => options.parameters?.[name] === undefined)) {
    if ((options.training ?? true) && !options.random) {
      throw new ParameterError('is needed to draw margins', {
        argument: 'random',
        allowed: 'a function that returns numbers in [0, 1), or the margins as a parameter',
      })
    }
  }
}

/** Refuses a state that is not the loss's. */
export const checkStates = (
  loss: Loss,
  state: Readonly<Record<string, number | tf.Tensor>>,
): void => {
  const tensors = Object.entries(state).filter(([, value]) => value instanceof tf.Tensor)
  for (const [name, value] of tensors) checkTensor(`state.${name}`, value, [0])
  // Values in tensors are not read back: a number stands for them.
  const numbers = Object.entries(state).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : 0,
  ])
  checkState(loss, Object.fromEntries(numbers))
}
