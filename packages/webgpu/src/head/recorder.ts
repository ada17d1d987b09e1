import type { Pipeline } from '../device/pipelines.js'
import { sizesBytes } from '../device/pipelines.js'
import { sizesStride } from './workspace.js'

/** Finds a buffer by the name under which kernels bind it. */
export type BufferLookup = (name: string) => GPUBuffer

/** Writes dispatches into a compute pass. */
export class Recorder {
  readonly #device: GPUDevice
  readonly #pass: GPUComputePassEncoder
  readonly #pipelines: ReadonlyMap<string, Pipeline>
  readonly #sizes: GPUBuffer

  constructor(
    device: GPUDevice,
    pass: GPUComputePassEncoder,
    pipelines: ReadonlyMap<string, Pipeline>,
    sizes: GPUBuffer,
  ) {
    this.#device = device
    this.#pass = pass
    this.#pipelines = pipelines
    this.#sizes = sizes
  }

  /** Runs a kernel with the sizes at `index` over at least so many threads along x and y, and groups along z. */
  run(name: string, buffers: BufferLookup, index: number, threads: number, y = 1, z = 1): void {
    const found = this.#pipelines.get(name)
    if (!found) throw new RangeError(`no kernel ${name}`)
    const { kernel, pipeline, layout } = found
    const group = this.#device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: this.#sizes, size: sizesBytes } },
        ...Object.keys(kernel.bindings).map((binding, at) => ({
          binding: at + 1,
          resource: { buffer: buffers(binding) },
        })),
      ],
    })
    this.#pass.setPipeline(pipeline)
    this.#pass.setBindGroup(0, group, [index * sizesStride])
    this.#pass.dispatchWorkgroups(
      Math.ceil(threads / kernel.threads),
      Math.ceil(y / (kernel.threadsAlongY ?? 1)),
      z,
    )
  }
}
