import { ParameterError, ShapeError } from '@arcmargin/core'
import { getFloat16, setFloat16 } from '@petamoriken/float16'
import type { Memory } from '../device/memory.js'
import { download } from '../device/transfer.js'
import { classBytes, repack, type Shard, type WeightShape } from './shards.js'

/** Bytes that travel between host and device at a time. */
const blockBytes = 1 << 25

/** Refuses a run of classes that is not there. */
const checkClasses = (first: number, count: number, classes: number): void => {
  const whole = Number.isInteger(first) && Number.isInteger(count)
  if (whole && first >= 0 && count >= 1 && first + count <= classes) return
  throw new ParameterError('is not a run of classes', {
    argument: 'firstClass, classCount',
    value: `${first}, ${count}`,
    allowed: `runs within 0 to ${classes}`,
  })
}

/** The part of a run of classes in each shard, in blocks. */
const blocksOf = function* (
  shards: readonly Shard[],
  bytes: number,
  first: number,
  count: number,
): Generator<{ shard: Shard; offset: number; from: number; classes: number }> {
  const most = Math.max(1, Math.floor(blockBytes / bytes))
  for (const shard of shards) {
    const end = Math.min(first + count, shard.first + shard.count)
    for (let at = Math.max(first, shard.first); at < end; at += most) {
      const classes = Math.min(most, end - at)
      yield {
        shard,
        offset: (at - shard.first) * bytes,
        from: at - first,
        classes,
      }
    }
  }
}

/** Which array of a shard: the weights or a moment, and whether it is float16. */
export interface StoredArray {
  readonly half: boolean
  buffer(shard: Shard): GPUBuffer
}

/** The bits of float16 values, rounded to the nearest. */
const toHalf = (values: Float32Array): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(2 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => {
    setFloat16(view, 2 * index, value, true)
  })
  return bytes
}

/** The values whose bits came as if they were float32. */
const fromHalf = ({ buffer, byteOffset, byteLength }: Float32Array): Float32Array => {
  const view = new DataView(buffer, byteOffset, byteLength)
  return Float32Array.from({ length: byteLength / 2 }, (_, index) =>
    getFloat16(view, 2 * index, true),
  )
}

/** Writes values [count, K, D] to classes from `first` on. */
export const uploadClasses = (
  device: GPUDevice,
  shards: readonly Shard[],
  shape: WeightShape,
  values: Float32Array,
  first: number,
  array: StoredArray,
): void => {
  const { subCenters, dimension, quads } = shape
  const width = subCenters * dimension
  if (values.length === 0 || values.length % width !== 0) {
    throw new ShapeError(`has ${values.length} values`, {
      argument: 'weights',
      allowed: `a multiple of subCenters * dimension = ${width}`,
    })
  }
  const count = values.length / width
  checkClasses(first, count, shape.classes)
  const perClass = classBytes(shape, array.half)
  for (const { shard, offset, from, classes } of blocksOf(shards, perClass, first, count)) {
    // A copy: queues refuse memory that is shared between threads.
    const block = new Float32Array(classes * subCenters * quads * 4)
    repack(values.subarray(from * width, (from + classes) * width), dimension, block, quads * 4)
    device.queue.writeBuffer(array.buffer(shard), offset, array.half ? toHalf(block) : block)
  }
}

/** Reads values [count, K, D] of classes from `first` on. */
export const downloadClasses = async (
  device: GPUDevice,
  memory: Memory,
  shards: readonly Shard[],
  shape: WeightShape,
  first: number,
  count: number,
  array: StoredArray,
): Promise<Float32Array> => {
  const { subCenters, dimension, quads } = shape
  checkClasses(first, count, shape.classes)
  const perClass = classBytes(shape, array.half)
  const width = subCenters * dimension
  const values = new Float32Array(count * width)
  for (const { shard, offset, from, classes } of blocksOf(shards, perClass, first, count)) {
    const bytes = classes * perClass
    const found = await download(device, memory, [{ buffer: array.buffer(shard), offset, bytes }])
    const block = array.half ? fromHalf(found) : found
    repack(block, quads * 4, values.subarray(from * width, (from + classes) * width), dimension)
  }
  return values
}
