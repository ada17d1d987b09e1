import { usage } from '../device/flags.js'
import type { Memory } from '../device/memory.js'
import { pipelineOf } from '../device/pipelines.js'
import { download } from '../device/transfer.js'
import type { Kernel } from '../wgsl/module.js'
import { Recorder } from './recorder.js'
import { sizesStride } from './workspace.js'

/** Threads of workgroups along x and y that are tried. */
const groups = [
  [4, 1],
  [8, 4],
  [32, 4],
] as const

const most = 32 * 4

/** Leaves a 1 where a thread swaps with those neighbours that kernels take for its quad. */
const probe = ([threads, threadsAlongY]: (typeof groups)[number]): Kernel => ({
  name: `quads_of_${threads}_by_${threadsAlongY}`,
  bindings: { found: 'write f32' },
  threads,
  threadsAlongY,
  swaps: true,
  body: `
  let index = local.x + ${threads}u * local.y;
  let swaps = (quadSwapX(index) == (index ^ 1u)) & (quadSwapY(index) == (index ^ 2u)) & (quadSwapDiagonal(index) == (index ^ 3u));
  found[index] *= select(0f, 1f, swaps & (invocation % 4u == index % 4u));`,
})

const ask = async (device: GPUDevice, memory: Memory): Promise<boolean> => {
  const pipelines = await Promise.all(groups.map((group) => pipelineOf(device, probe(group))))
  const target = usage.copyTarget
  const sizes = await memory.allocate('sizes', sizesStride, usage.uniform | target)
  const found = await memory.allocate('found', 4 * most, usage.storage | usage.copySource | target)
  try {
    device.queue.writeBuffer(found, 0, new Float32Array(most).fill(1))
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    const named = new Map(pipelines.map((one) => [one.kernel.name, one]))
    const recorder = new Recorder(device, pass, named, sizes)
    for (const name of named.keys()) recorder.run(name, () => found, 0, 1)
    pass.end()
    device.queue.submit([encoder.finish()])
    const values = await download(device, memory, [{ buffer: found, offset: 0, bytes: 4 * most }])
    return values.every((value) => value === 1)
  } finally {
    memory.release(sizes)
    memory.release(found)
  }
}

/** What devices said. */
const answers = new WeakMap<GPUDevice, Promise<boolean>>()

/**
 * Whether four neighbours along x of a workgroup can swap values. WebGPU leaves it open which threads of a workgroup form a quad, so that
 * a device with the feature `subgroups` is asked, once.
 */
export const canSwap = async (device: GPUDevice, memory: Memory): Promise<boolean> => {
  if (!device.features.has('subgroups')) return false
  const answer = answers.get(device) ?? ask(device, memory)
  answers.set(device, answer)
  return answer.catch((error) => {
    answers.delete(device)
    throw error
  })
}
