import * as tf from '@tensorflow/tfjs-core'

/** The tensors of plain data, in order. */
export const tensorsOf = (data: unknown): tf.Tensor[] => {
  if (data instanceof tf.Tensor) return [data]
  if (typeof data !== 'object' || data === null) return []
  return Object.values(data).flatMap(tensorsOf)
}

/** The same plain data with other tensors in their places, taken from `tensors` in order. */
export const withTensors = <T>(data: T, tensors: Iterator<tf.Tensor>): T => {
  if (data instanceof tf.Tensor) return tensors.next().value
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map((part) => withTensors(part, tensors)) as T
  return Object.fromEntries(
    Object.entries(data).map(([name, part]) => [name, withTensors(part, tensors)]),
  ) as T
}
