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
}

const shardUsage = usage.storage | usage.copySource | usage.copyTarget

/** Bytes of one class. */
const classBytes = ({ subCenters, quads }: WeightShape): number => subCenters * quads * 16

/** Classes that one buffer can hold on a device. */
const classesPerShard = (shape: WeightShape, { limits }: GPUDevice): number => {
  const limit = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
  const fit = Math.floor(limit / classBytes(shape))
  if (fit < 1) throw new LimitError('bytes of one class', classBytes(shape), limit)
  return fit
}

/** Bytes that the weights and the optimiser's arrays need. */
export const weightBytes = (shape: WeightShape, moments: number): number =>
  shape.classes * classBytes(shape) * (1 + moments)

/** Allocates weights and moments, zeros, in as many buffers as the device's limits ask for. */
export const allocateShards = async (
  device: GPUDevice,
  memory: Memory,
  shape: WeightShape,
  moments: number,
  most: number = Number.POSITIVE_INFINITY,
): Promise<readonly Shard[]> => {
  const fit = Math.min(most, classesPerShard(shape, device))
  const shards: Shard[] = []
  for (let first = 0; first < shape.classes; first += fit) {
    const count = Math.min(fit, shape.classes - first)
    const bytes = count * classBytes(shape)
    const buffers: GPUBuffer[] = []
    for (const name of ['weights', 'moments 1', 'moments 2'].slice(0, 1 + moments)) {
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
