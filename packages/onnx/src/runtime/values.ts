import { LabelError, NonFiniteError, ParameterError, ShapeError } from '@arcmargin/core'
import { Float16Array } from '@petamoriken/float16'
import type { Tensor } from 'onnxruntime-common'
import type { Port } from './signature.js'

/** Values of one input: numbers in row-major order, or a tensor of the caller's own (in a GPU's memory, for one). */
export type InputValue = number | ArrayLike<number> | Tensor

/** Values by the names of the graph's inputs. */
export type InputValues = Readonly<Record<string, InputValue>>

/** The lengths that names stand for in this step. */
export type Sizes = Map<string, number>

/** Numbers that have been checked, in the array that their element type wants. */
export interface Checked {
  readonly type: 'float32' | 'float16' | 'int32' | 'int64'
  readonly data: Float32Array | Uint16Array | Int32Array | BigInt64Array
  readonly dims: readonly number[]
}

const isTensor = (value: InputValue): value is Tensor =>
  typeof value === 'object' && 'dims' in value && 'location' in value

/** The values that are not tensors already. */
export const numbersOf = (value: InputValue): ArrayLike<number> | undefined => {
  if (typeof value === 'number') return [value]
  return isTensor(value) ? undefined : value
}

/** Learns the lengths of named dimensions from the tensors that have only one of them. */
export const measure = (port: Port, value: InputValue, sizes: Sizes): void => {
  if (isTensor(value)) {
    port.shape.forEach((length, axis) => {
      if (typeof length === 'string' && !sizes.has(length)) sizes.set(length, value.dims[axis] ?? 0)
    })
    return
  }
  const named = port.shape.filter((length) => typeof length !== 'number')
  const [name] = named
  if (typeof name !== 'string' || named.length > 1 || sizes.has(name)) return
  const row = port.shape.reduce<number>(
    (product, length) => product * (typeof length === 'number' ? length : 1),
    1,
  )
  sizes.set(name, (numbersOf(value)?.length ?? 0) / row)
}

const dimsOf = ({ name, shape }: Port, sizes: Sizes): number[] =>
  shape.map((length) => {
    const size = typeof length === 'string' ? sizes.get(length) : length
    if (size !== undefined && Number.isInteger(size)) return size
    const allowed = `whole rows of shape [${shape.join(', ')}], or a tensor`
    throw new ShapeError('has a shape that cannot be told', { argument: name, allowed })
  })

const checkLabels = (labels: ArrayLike<number>, classes: number | undefined): void => {
  const most = classes === undefined ? 2 ** 31 - 1 : classes - 1
  for (let row = 0; row < labels.length; row++) {
    const value = labels[row]!
    if (Number.isInteger(value) && value >= -1 && value <= most) continue
    const allowed = `a class from 0 to ${most}, or -1 to leave the row out`
    throw new LabelError('is not a class', { argument: 'labels', value, row, allowed })
  }
}

const checkFinite = (argument: string, data: ArrayLike<number>, width: number): void => {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue
    const details = { argument, value: data[i], row: Math.floor(i / width) }
    throw new NonFiniteError('is not finite', { ...details, allowed: 'finite numbers' })
  }
}

/**
 * Checks one input and puts it into the array that ONNX Runtime takes.
 *
 * @throws ShapeError, LabelError, NonFiniteError or ParameterError naming the input and, where it has rows, the row.
 */
export const checkInput = (
  port: Port,
  numbers: ArrayLike<number>,
  sizes: Sizes,
  classes: number | undefined,
): Checked => {
  const { name, type } = port
  const dims = dimsOf(port, sizes)
  const length = dims.reduce((product, size) => product * size, 1)
  if (numbers.length !== length) {
    const allowed = `${length} numbers, [${dims.join(', ')}]`
    throw new ShapeError('has the wrong length', { argument: name, value: numbers.length, allowed })
  }
  if (name === 'labels') checkLabels(numbers, classes)
  else {
    checkFinite(
      name,
      numbers,
      Math.max(
        1,
        dims.slice(1).reduce((product, size) => product * size, 1),
      ),
    )
  }
  if (type === 'float') return { type: 'float32', data: Float32Array.from(numbers), dims }
  if (type === 'int32') return { type, data: Int32Array.from(numbers), dims }
  if (type === 'int64') return { type, data: BigInt64Array.from(Array.from(numbers, BigInt)), dims }
  if (type === 'float16') return { type, data: halfBits(numbers), dims }
  throw new ParameterError(`holds ${type}`, { argument: name, allowed: 'a tensor' })
}

/** The bits of numbers in half precision. */
const halfBits = (numbers: ArrayLike<number>): Uint16Array =>
  new Uint16Array(Float16Array.from(numbers).buffer)

/** The numbers of a kept tensor; half precision comes as its bits, or as an array of its own where the language has one. */
export const singles = async (tensor: Tensor): Promise<Float32Array> => {
  const data = (await tensor.getData()) as Float32Array | Uint16Array
  return Float32Array.from(
    data instanceof Uint16Array ? new Float16Array(data.slice().buffer) : data,
  )
}
