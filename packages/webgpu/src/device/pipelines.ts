import { LimitError, ShaderError } from '../errors.js'
import { type Kernel, moduleOf, sizeNames } from '../wgsl/module.js'
import { computeStage } from './flags.js'

/** A kernel that is ready to run. */
export interface Pipeline {
  readonly kernel: Kernel
  readonly pipeline: GPUComputePipeline
  readonly layout: GPUBindGroupLayout
}

/** Bytes of the sizes of one dispatch. */
export const sizesBytes: number = 4 * sizeNames.length

const layoutOf = (device: GPUDevice, { bindings }: Kernel): GPUBindGroupLayout =>
  device.createBindGroupLayout({
    entries: [
      {
        binding: 0,
        visibility: computeStage,
        buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: sizesBytes },
      },
      ...Object.values(bindings).map((kind, index) => ({
        binding: index + 1,
        visibility: computeStage,
        buffer: {
          type: kind.startsWith('read') ? ('read-only-storage' as const) : ('storage' as const),
        },
      })),
    ],
  })

const report = (info: GPUCompilationInfo, code: string): string =>
  info.messages
    .filter(({ type }) => type === 'error')
    .map(
      ({ lineNum, message }) =>
        `line ${lineNum}: ${message}\n  ${code.split('\n')[lineNum - 1]?.trim() ?? ''}`,
    )
    .join('\n')

/** The layout of a kernel's buffers; refuses more of them than the device can bind. */
const checkedLayout = (device: GPUDevice, kernel: Kernel): GPUBindGroupLayout => {
  const needed = Object.keys(kernel.bindings).length
  const available = device.limits.maxStorageBuffersPerShaderStage
  if (needed > available)
    throw new LimitError(`storage buffers of ${kernel.name}`, needed, available)
  return layoutOf(device, kernel)
}

/** What a pipeline is made of. */
const descriptorOf = (
  device: GPUDevice,
  { name }: Kernel,
  layout: GPUBindGroupLayout,
  module: GPUShaderModule,
): GPUComputePipelineDescriptor => ({
  label: name,
  layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
  compute: { module, entryPoint: name },
})

/**
 * Compiles one kernel.
 *
 * @throws ShaderError with the compiler's words and the line of WGSL; LimitError where it binds more buffers than the device can.
 */
const compileKernel = async (
  device: GPUDevice,
  kernel: Kernel,
  code: string,
): Promise<Pipeline> => {
  const layout = checkedLayout(device, kernel)
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ label: kernel.name, code })
  const scope = device.popErrorScope()
  const found = report(await module.getCompilationInfo(), code)
  await scope
  if (found) throw new ShaderError(kernel.name, found)
  try {
    const pipeline = await device.createComputePipelineAsync(
      descriptorOf(device, kernel, layout, module),
    )
    return { kernel, pipeline, layout }
  } catch (error) {
    throw new ShaderError(kernel.name, error instanceof Error ? error.message : String(error))
  }
}

/** What was compiled for a device, by its WGSL: heads of one device share it, and it goes when the device goes. */
const compiled = new WeakMap<GPUDevice, Map<string, Promise<Pipeline>>>()

/** A kernel that is ready to run; compiled once for each device. */
export const pipelineOf = (device: GPUDevice, kernel: Kernel): Promise<Pipeline> => {
  const known = compiled.get(device) ?? new Map<string, Promise<Pipeline>>()
  compiled.set(device, known)
  const code = moduleOf(kernel)
  const pipeline = known.get(code) ?? compileKernel(device, kernel, code)
  known.set(code, pipeline)
  return pipeline
}

/** Kernels by name, compiled side by side. */
export const pipelinesOf = async (
  device: GPUDevice,
  kernels: readonly Kernel[],
): Promise<ReadonlyMap<string, Pipeline>> =>
  new Map(
    await Promise.all(
      kernels.map(async (kernel) => [kernel.name, await pipelineOf(device, kernel)] as const),
    ),
  )

/** What was compiled at once, likewise. */
const compiledNow = new WeakMap<GPUDevice, Map<string, Pipeline>>()

/** A kernel that is ready to run at once: the first use waits for the compiler. What is wrong shows in the caller's error scopes. */
export const pipelineNow = (device: GPUDevice, kernel: Kernel): Pipeline => {
  const known = compiledNow.get(device) ?? new Map<string, Pipeline>()
  compiledNow.set(device, known)
  const code = moduleOf(kernel)
  const before = known.get(code)
  if (before) return before
  const layout = checkedLayout(device, kernel)
  const module = device.createShaderModule({ label: kernel.name, code })
  const pipeline = device.createComputePipeline(descriptorOf(device, kernel, layout, module))
  const made = { kernel, pipeline, layout }
  known.set(code, made)
  return made
}
