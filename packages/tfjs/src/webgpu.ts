import { scalarParameters } from '@arcmargin/core/head'
import { BufferPass, paddedRows } from '@arcmargin/webgpu/buffers'
import * as tf from '@tensorflow/tfjs-core'
import { type FusedAttributes, kernelName } from './fused/kernel.js'
import { knownParameters, type Plan } from './head/plan.js'

/**
 * What the kernel uses of TensorFlow.js's webgpu backend. The device is public; where a tensor lies, and the queue of ops that were not
 * submitted yet, are not.
 */
interface WebGpuBackend {
  readonly device: GPUDevice
  readonly tensorMap: { get(dataId: object): { readonly resource: GPUBuffer } }
  uploadToGPU(dataId: object): void
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo
  ensureCommandEncoderReady(): void
  endComputePassEncoder(): void
  submitQueue(): void
}

/** What was written and compiled for a loss and its shape. */
const passes = new WeakMap<GPUDevice, Map<string, BufferPass>>()

const passFor = (device: GPUDevice, plan: Plan, dimension: number): BufferPass => {
  const { loss, classes, subCenters, options, learned } = plan
  const { cosineBudget } = options
  const known = passes.get(device) ?? new Map<string, BufferPass>()
  passes.set(device, known)
  const key = JSON.stringify([loss, classes, subCenters, dimension, cosineBudget, learned])
  const shape = {
    classes,
    subCenters,
    dimension,
    parameterGradients: learned,
    ...(cosineBudget ? { cosineBudget } : {}),
  }
  const pass = known.get(key) ?? new BufferPass(device, loss, shape)
  known.set(key, pass)
  return pass
}

/** Tables and numbers that the host knows, and in place of those that it does not, some that are allowed. */
const parametersOf = (plan: Plan): Record<string, number | Float32Array> => {
  const { scopes, learned, loss, classes, rows } = plan
  const own = scalarParameters(loss, classes)
  const filler = (name: string): number | Float32Array => {
    const { minimum, above } = loss.definition.parameters[name] ?? {}
    const allowed = minimum ?? (above === undefined ? 0 : above + 1)
    if (scopes[name] === 'scalar') return own[name] ?? allowed
    return new Float32Array(scopes[name] === 'perClass' ? classes : rows).fill(allowed)
  }
  return Object.fromEntries([
    ...learned.map((name) => [name, filler(name)]),
    ...Object.entries(knownParameters(plan)).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : Float32Array.from(value),
    ]),
  ])
}

const computeStep = (
  backend: WebGpuBackend,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  { plan, backward }: FusedAttributes,
): tf.TensorInfo[] => {
  const { embeddings, classWeights } = inputs as Record<
    'embeddings' | 'classWeights',
    tf.TensorInfo
  >
  const { resolved, rows, options } = plan
  const bufferOf = ({ dataId }: tf.TensorInfo): GPUBuffer => {
    backend.uploadToGPU(dataId)
    return backend.tensorMap.get(dataId).resource
  }
  const make = (shape: number[], dtype: tf.DataType = 'float32') => {
    const info = backend.makeTensorInfo(shape, dtype)
    return { info, buffer: bufferOf(info) }
  }
  const names = Object.keys(resolved.state)
  const padded = paddedRows(rows)
  const [loss, sample, repel] = [make([padded]), make([padded]), make([padded])]
  const flags = make([2], 'int32')
  const after = names.map((name) => [name, make([])] as const)
  const gradients = backward
    ? { embeddings: make(embeddings.shape), classWeights: make(classWeights.shape) }
    : undefined
  const given = (kind: string, wanted: readonly string[]): Record<string, GPUBuffer> =>
    Object.fromEntries(
      wanted.map((name) => [name, bufferOf(inputs[`${kind} ${name}`] as tf.TensorInfo)]),
    )
  const byRows = (backward ? plan.learned : []).map((name) => [name, make([padded])] as const)
  const buffers = {
    embeddings: bufferOf(embeddings),
    classWeights: bufferOf(classWeights),
    state: given('state', names),
    parameters: given('parameter', plan.learned),
    values: {
      loss: loss.buffer,
      sample: sample.buffer,
      repel: repel.buffer,
      ...Object.fromEntries(after.map(([name, { buffer }]) => [`state ${name}`, buffer])),
      ...Object.fromEntries(byRows.map(([name, { buffer }]) => [`parameter ${name}`, buffer])),
    },
    flags: flags.buffer,
    ...(gradients
      ? {
          gradients: {
            embeddings: gradients.embeddings.buffer,
            classWeights: gradients.classWeights.buffer,
          },
        }
      : {}),
  }
  // Ops that made the inputs come first on the queue.
  backend.ensureCommandEncoderReady()
  backend.endComputePassEncoder()
  backend.submitQueue()
  const { reduction, sampleWeights, training, random } = options
  const pass = passFor(backend.device, plan, embeddings.shape[1] as number)
  pass.run(plan.labels as Int32Array, buffers, {
    parameters: parametersOf(plan),
    ...(reduction ? { reduction } : {}),
    ...(sampleWeights ? { sampleWeights: sampleWeights as ArrayLike<number> } : {}),
    ...(training === undefined ? {} : { training }),
    ...(random ? { random } : {}),
  })
  return [
    loss.info,
    sample.info,
    repel.info,
    flags.info,
    ...after.map(([, { info }]) => info),
    ...(gradients
      ? [
          gradients.embeddings.info,
          gradients.classWeights.info,
          ...byRows.map(([, { info }]) => info),
        ]
      : []),
  ]
}

/**
 * Importing this module makes `marginLoss` and `MarginHead` run on the kernels of `@arcmargin/webgpu` where TensorFlow.js's webgpu
 * backend is set: on its device and its buffers, without copies.
 */
tf.registerKernel({
  kernelName,
  backendName: 'webgpu',
  kernelFunc: ({ inputs, backend, attrs }) =>
    computeStep(
      backend as WebGpuBackend,
      inputs as Record<string, tf.TensorInfo>,
      attrs as unknown as FusedAttributes,
    ),
})
