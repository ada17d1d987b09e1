import { usage } from '../device/flags.js'
import type { Memory } from '../device/memory.js'
import { LimitError } from '../errors.js'

/** A run of classes in buffers of its own. */
export interface Shard {
  /** First class. */
  readonly first: number
  /** Classes. */
  readonly count: number
  /** [count, K, D], each vector filled up to whole fours. */
  readonly weights: GPUBuffer
  /** The optimiser's arrays, laid out alike. */
  readonly moments: readonly GPUBuffer[]
}

/** Shape of class weights on the device. */
export interface WeightShape {
  readonly classes: number
  readonly subCenters: number
  readonly dimension: number
  /** Vectors of four that hold D values. */
  readonly quads: number
  /** Whether they are float16; the optimiser's arrays never are. */
  readonly half: boolean
}

const shardUsage = usage.storage | usage.copySource | usage.copyTarget

/** Bytes of one class, in float16 or in float32. */
export const classBytes = ({ subCenters, quads }: WeightShape, half: boolean): number =>
  subCenters * quads * (half ? 8 : 16)

/** Classes that one buffer can hold on a device. */
const classesPerShard = (shape: WeightShape, moments: number, { limits }: GPUDevice): number => {
  const limit = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
  const bytes = classBytes(shape, shape.half && moments === 0)
  const fit = Math.floor(limit / bytes)
  if (fit < 1) throw new LimitError('bytes of one class', bytes, limit)
  return fit
}

/** Bytes that the weights and the optimiser's arrays need. */
export const weightBytes = (shape: WeightShape, moments: number): number =>
  shape.classes * (classBytes(shape, shape.half) + moments * classBytes(shape, false))

/** Allocates weights and moments, zeros, in as many buffers as the device's limits ask for. */
export const allocateShards = async (
  device: GPUDevice,
  memory: Memory,
  shape: WeightShape,
  moments: number,
  most: number = Number.POSITIVE_INFINITY,
): Promise<readonly Shard[]> => {
  const fit = Math.min(most, classesPerShard(shape, moments, device))
  const shards: Shard[] = []
  for (let first = 0; first < shape.classes; first += fit) {
    const count = Math.min(fit, shape.classes - first)
    const buffers: GPUBuffer[] = []
    for (const name of ['weights', 'moments 1', 'moments 2'].slice(0, 1 + moments)) {
      const bytes = count * classBytes(shape, shape.half && name === 'weights')
      buffers.push(await memory.allocate(`class ${name}`, bytes, shardUsage))
    }
    const [weights, ...rest] = buffers as [GPUBuffer, ...GPUBuffer[]]
    shards.push({ first, count, weights, moments: rest })
  }
  return shards
}

/** Rows of `from` in the layout of the other side, D values in whole fours or the other way round. */
export const repack = (
  source: Float32Array,
  width: number,
  target: Float32Array,
  targetWidth: number,
): void => {
  if (width === targetWidth) {
    target.set(source)
    return
  }
  const common = Math.min(width, targetWidth)
  for (let row = 0; row * width < source.length; row++) {
    const start = row * width
    target.set(source.subarray(start, start + common), row * targetWidth)
  }
}
