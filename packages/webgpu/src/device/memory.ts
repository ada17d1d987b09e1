import { LimitError, OutOfMemoryError } from '../errors.js'
import { usage as flags } from './flags.js'

/** Buffers of one head: allocated under error scopes, counted, and released together. */
export class Memory {
  readonly #device: GPUDevice
  readonly #buffers = new Set<GPUBuffer>()
  #bytes = 0
  #peak = 0

  constructor(device: GPUDevice) {
    this.#device = device
  }

  /** Bytes in buffers now. */
  get bytes(): number {
    return this.#bytes
  }

  /** Most bytes at any time. */
  get peak(): number {
    return this.#peak
  }

  /** Buffers that are alive. */
  get count(): number {
    return this.#buffers.size
  }

  /**
   * A new buffer.
   *
   * @throws LimitError before anything is allocated, OutOfMemoryError when the device has no room.
   */
  allocate(label: string, bytes: number, usage: number): Promise<GPUBuffer> {
    return this.#allocate(label, bytes, usage, false)
  }

  /** A buffer that the host may write at once and that is copied from. */
  allocateMapped(label: string, bytes: number): Promise<GPUBuffer> {
    return this.#allocate(label, bytes, flags.mapWrite | flags.copySource, true)
  }

  /**
   * A new buffer at once. Where the device has no room, error scopes of the caller's hear of it.
   *
   * @throws LimitError before anything is allocated.
   */
  allocateNow(label: string, bytes: number, usage: number, mappedAtCreation = false): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16)
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize)
    if (size > limit) throw new LimitError(`bytes of the buffer "${label}"`, size, limit)
    const buffer = this.#device.createBuffer({ label, size, usage, mappedAtCreation })
    this.#buffers.add(buffer)
    this.#bytes += size
    this.#peak = Math.max(this.#peak, this.#bytes)
    return buffer
  }

  async #allocate(
    label: string,
    bytes: number,
    usage: number,
    mappedAtCreation: boolean,
  ): Promise<GPUBuffer> {
    this.#device.pushErrorScope('out-of-memory')
    let buffer: GPUBuffer | undefined
    let error: GPUError | null
    try {
      buffer = this.allocateNow(label, bytes, usage, mappedAtCreation)
    } finally {
      error = await this.#device.popErrorScope()
    }
    if (!error) return buffer
    this.release(buffer)
    throw new OutOfMemoryError(`buffer "${label}"`, buffer.size)
  }

  /** Destroys a buffer of this head; others are left alone. */
  release(buffer: GPUBuffer | undefined): void {
    if (!buffer || !this.#buffers.delete(buffer)) return
    this.#bytes -= buffer.size
    buffer.destroy()
  }

  /** Destroys all of them. */
  releaseAll(): void {
    for (const buffer of this.#buffers) this.release(buffer)
  }
}
