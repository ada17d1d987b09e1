import type { Memory } from '../device/memory.js'
import { sizeNames } from '../wgsl/module.js'
import type { Batch } from './batch.js'
import type { Design } from './design.js'
import { type Inputs, writeInputs } from './inputs.js'
import type { Plan } from './plan.js'
import type { Shard } from './shards.js'
import { sizesStride, type WorkName } from './workspace.js'

/** What the host knows of a pass. */
interface HostPass {
  readonly design: Design
  readonly inputs: Inputs
  readonly plan: Plan
  /** Of each buffer. */
  readonly bytes: Readonly<Record<WorkName, number>>
  readonly batch: Batch
  /** Hyperparameters of the optimiser. */
  readonly hyper: Readonly<Record<string, number>>
}

/** The host's part of a pass on its way to the device. */
export interface Staging {
  readonly buffer: GPUBuffer
  /** Target, offset and bytes. */
  readonly copies: readonly (readonly [WorkName, number, number])[]
  /** Where a given state starts. */
  readonly state: number
}

/** The host's part of a pass in one buffer, so that it reaches the device in the encoder's order. */
export const stage = async (
  memory: Memory,
  shards: readonly Shard[],
  pass: HostPass,
): Promise<Staging> => {
  const { design, inputs, plan, bytes, hyper } = pass
  const { embeddings } = pass.batch
  const sources = inputs.subset ? shards : []
  const sizes = [
    ...plan.chunks.map((chunk) => chunk.sizes),
    ...sources.map(({ first, count }) => ({
      ...(plan.chunks[0] as Plan['chunks'][number]).sizes,
      first,
      count,
    })),
  ]
  const sizeBytes = sizes.length * sizesStride
  const values = embeddings instanceof Float32Array ? embeddings : new Float32Array(0)
  const state = Float32Array.from(
    Object.keys(design.resolved.state),
    (name) => inputs.state?.[name] ?? 0,
  )
  const total = sizeBytes + bytes.inputs + values.byteLength + state.byteLength
  const buffer = await memory.allocateMapped('staging', total)
  const mapped = buffer.getMappedRange()
  const numbers = new Uint32Array(mapped, 0, sizeBytes / 4)
  sizes.forEach((entry, index) => {
    numbers.set(
      sizeNames.map((name) => entry[name]),
      (index * sizesStride) / 4,
    )
  })
  const target = new Float32Array(mapped, sizeBytes, bytes.inputs / 4)
  writeInputs(design, inputs, hyper, plan.padded, target)
  new Float32Array(mapped, sizeBytes + bytes.inputs, values.length).set(values)
  new Float32Array(mapped, total - state.byteLength, state.length).set(state)
  buffer.unmap()
  const copies: (readonly [WorkName, number, number])[] = [
    ['sizes', 0, sizeBytes],
    ['inputs', sizeBytes, bytes.inputs],
  ]
  if (values.length > 0) {
    copies.push(['embeddings', sizeBytes + bytes.inputs, values.byteLength])
  }
  return { buffer, copies, state: total - state.byteLength }
}
