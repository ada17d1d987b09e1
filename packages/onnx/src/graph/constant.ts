import { makeTensor } from '../proto/make.js'
import type { Draft, TensorProto } from '../proto/model.js'
import type { ElementType } from './value.js'

/** The numbers of a constant. */
export type ConstantData = number | readonly number[]

/** The largest finite float32: a constant beyond it would become an infinity. */
const largestFloat = 3.4028234663852886e38

const finite = (value: number): number => Math.min(Math.max(value, -largestFloat), largestFloat)

/** A small tensor of float32, int32 or int64. */
export const constantTensor = (
  name: string,
  type: ElementType,
  data: ConstantData,
  shape: readonly number[],
): Draft<TensorProto> => {
  if (type === 'bool' || type === 'float16') throw new Error(`no constants of ${type} are written`)
  const values = typeof data === 'number' ? [data] : data
  return makeTensor(name, shape, type === 'float' ? values.map(finite) : values, type)
}
