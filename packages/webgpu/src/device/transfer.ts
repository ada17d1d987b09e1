import { mapRead, usage } from './flags.js'
import type { Memory } from './memory.js'

/** A stretch of a buffer, in bytes. */
export interface Stretch {
  readonly buffer: GPUBuffer
  readonly offset: number
  readonly bytes: number
}

/** Copies stretches behind one another into a buffer that can be mapped. */
export const recordReadback = async (
  memory: Memory,
  encoder: GPUCommandEncoder,
  stretches: readonly Stretch[],
): Promise<GPUBuffer> => {
  const bytes = stretches.reduce((sum, stretch) => sum + stretch.bytes, 0)
  const target = await memory.allocate('readback', bytes, usage.mapRead | usage.copyTarget)
  let at = 0
  for (const { buffer, offset, bytes: length } of stretches) {
    encoder.copyBufferToBuffer(buffer, offset, target, at, length)
    at += length
  }
  return target
}

/** Waits for a readback and takes its bytes; the buffer is released. */
export const takeReadback = async (memory: Memory, buffer: GPUBuffer): Promise<ArrayBuffer> => {
  try {
    await buffer.mapAsync(mapRead)
    return buffer.getMappedRange().slice(0)
  } finally {
    memory.release(buffer)
  }
}

/** Reads stretches of buffers now. */
export const download = async (
  device: GPUDevice,
  memory: Memory,
  stretches: readonly Stretch[],
): Promise<Float32Array> => {
  const encoder = device.createCommandEncoder()
  const buffer = await recordReadback(memory, encoder, stretches)
  device.queue.submit([encoder.finish()])
  // Buffers are rounded up to whole fours.
  const bytes = stretches.reduce((sum, stretch) => sum + stretch.bytes, 0)
  return new Float32Array(await takeReadback(memory, buffer), 0, bytes / 4)
}
