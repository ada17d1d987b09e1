import { type Loss, ParameterError } from '@arcmargin/core'
import { initialState } from '@arcmargin/core/head'
import { Memory } from '../device/memory.js'
import { type Pipeline, pipelineNow } from '../device/pipelines.js'
import { FeatureError } from '../errors.js'
import type { PassOptions } from '../head/batch.js'
import { createDesign, type Design } from '../head/design.js'
import { readInputs, writeInputs } from '../head/inputs.js'
import { backwardKernels, forwardKernels } from '../head/kernels.js'
import { recordBackward, recordForward } from '../head/passes.js'
import { createPlan, type Plan, rowTile } from '../head/plan.js'
import { Recorder } from '../head/recorder.js'
import { defaultTiles, needsSwaps, type Tiles } from '../head/tiles.js'
import { sizesStride, type WorkName, Workspace, workBytes } from '../head/workspace.js'
import { sizeNames } from '../wgsl/module.js'

/** Shape of a head whose numbers are somebody else's. */
export interface BufferShape {
  /** C. */
  readonly classes: number
  /** D, a multiple of 4. */
  readonly dimension: number
  /** K. Default 1. */
  readonly subCenters?: number
  /** Bytes of cosines that may exist at a time. Default 32 MiB. */
  readonly cosineBudget?: number
  /** Vectors whose cosines are made at a time where not all of them are kept. Default 8192. */
  readonly chunkVectors?: number
  /** Parameters whose gradients are taken. Default: none. */
  readonly parameterGradients?: readonly string[]
  /** Tile sizes of the products; they change speed alone. */
  readonly tiles?: Partial<Tiles>
}

/** What a pass reads and writes; float32 buffers of the device, of the usage STORAGE and, where they are copied, COPY_SRC or COPY_DST. */
export interface PassBuffers {
  /** [N, D]. */
  readonly embeddings: GPUBuffer
  /** [C, K, D]. */
  readonly classWeights: GPUBuffer
  /** One number each, by the name of the state; copied from. */
  readonly state: Readonly<Record<string, GPUBuffer>>
  /** Values of parameters that the host does not know: one number, [C] or [N]; copied from. A number of the host's stands for them in `options`. */
  readonly parameters?: Readonly<Record<string, GPUBuffer>>
  /**
   * Receive values of the rows, `padded` numbers each or as many as there is room for, as copies: `loss`; `sample`, the regulariser;
   * `repel`, parts of Σ over the classes of a classwise loss; `state <name>`; `parameter <name>`, d reduced loss / d parameter by rows.
   */
  readonly values: Readonly<Record<string, GPUBuffer>>
  /** Receives two words as a copy: not 0 where an embedding, or a class weight, is not finite. */
  readonly flags: GPUBuffer
  /** Receive d reduced loss / d X, [N, D], and / d W, [C, K, D]. Left out: forward alone. */
  readonly gradients?: { readonly embeddings: GPUBuffer; readonly classWeights: GPUBuffer }
}

/** Rows rounded up to whole tiles: so many numbers the values of the rows have. */
export const paddedRows = (rows: number): number => Math.ceil(rows / rowTile) * rowTile

/** One workspace a device: passes follow one another on its queue. */
const workspaces = new WeakMap<GPUDevice, Workspace>()

const workspaceOf = (device: GPUDevice): Workspace => {
  const known = workspaces.get(device) ?? new Workspace(new Memory(device))
  workspaces.set(device, known)
  return known
}

/**
 * The passes of a margin head on buffers of the caller's, submitted at once: for frameworks whose ops are synchronous and that own the
 * device and the weights. What the device does not accept shows in the caller's error scopes.
 */
export class BufferPass {
  readonly #device: GPUDevice
  readonly #design: Design
  readonly #shape: BufferShape
  readonly #tiles: Tiles
  readonly #pipelines = new Map<string, Pipeline>()
  #isReady: 'forward' | 'backward' | undefined

  /** @throws ParameterError for a dimension that is no multiple of 4, FeatureError for tiles that the device cannot run. */
  constructor(device: GPUDevice, loss: Loss, shape: BufferShape) {
    const { dimension, subCenters = 1, tiles } = shape
    if (dimension % 4 !== 0) {
      const allowed = 'a multiple of 4'
      throw new ParameterError('is out of range', {
        argument: 'dimension',
        value: dimension,
        allowed,
      })
    }
    this.#device = device
    this.#design = createDesign(loss, dimension, subCenters, shape.parameterGradients ?? [])
    this.#shape = shape
    this.#tiles = { ...defaultTiles, ...tiles }
    if (needsSwaps(this.#tiles) && !device.features.has('subgroups')) {
      throw new FeatureError('subgroups')
    }
  }

  /**
   * Computes a batch.
   *
   * @param labels [N]: the class of each row, or -1.
   * @throws as core, before anything is written.
   */
  run(labels: ArrayLike<number>, buffers: PassBuffers, options: PassOptions = {}): void {
    const device = this.#device
    const { classes, subCenters = 1, cosineBudget = 1 << 25, chunkVectors = 8192 } = this.#shape
    const design = this.#design
    const tiles = this.#tiles
    const batch = { embeddings: buffers.embeddings, labels }
    const state = initialState(design.loss, classes)
    const inputs = readInputs(design, classes, batch, options, state)
    const shard = { first: 0, count: classes, weights: buffers.classWeights, moments: [] }
    const plan = createPlan(inputs.rows, [shard], { subCenters, cosineBudget, chunkVectors })
    const workspace = workspaceOf(device)
    const bytes = workBytes(design, plan, tiles, false)
    const backward = buffers.gradients !== undefined
    workspace.ensureNow({
      ...bytes,
      embeddings: 0,
      embedding_gradients: 0,
      ...(backward ? {} : { sums: 0 }),
    })
    const values = new Float32Array(bytes.inputs / 4)
    writeInputs(design, inputs, {}, plan.padded, values)
    // Behind everything that was submitted before, and in front of this pass.
    device.queue.writeBuffer(workspace.get('inputs'), 0, values)
    device.queue.writeBuffer(workspace.get('sizes'), 0, sizesOf(plan))
    this.#submit(plan, workspace, buffers)
  }

  /** Kernels are compiled when a pass first needs them. */
  #compile(backward: boolean): void {
    const design = this.#design
    const kernels = [
      ...(this.#isReady ? [] : forwardKernels(design, this.#tiles)),
      ...(backward && this.#isReady !== 'backward'
        ? backwardKernels(design, this.#tiles, undefined)
        : []),
    ]
    for (const kernel of kernels) {
      this.#pipelines.set(kernel.name, pipelineNow(this.#device, kernel))
    }
    this.#isReady = backward ? 'backward' : (this.#isReady ?? 'forward')
  }

  #submit(plan: Plan, workspace: Workspace, buffers: PassBuffers): void {
    const device = this.#device
    const design = this.#design
    const tiles = this.#tiles
    const { gradients } = buffers
    this.#compile(gradients !== undefined)
    const encoder = device.createCommandEncoder()
    encoder.clearBuffer(workspace.get('flags'))
    const rows = workspace.get('rows')
    const slotOf = (name: string): number => design.slots.indexOf(name) * plan.padded
    for (const [name, source] of Object.entries(buffers.parameters ?? {})) {
      const { at, count } = placeOf(design, name, plan)
      encoder.copyBufferToBuffer(source, 0, workspace.get('inputs'), 4 * at, 4 * count)
    }
    for (const [name, source] of Object.entries(buffers.state)) {
      encoder.copyBufferToBuffer(source, 0, rows, 4 * slotOf(`state ${name}`), 4)
    }
    const pass = encoder.beginComputePass()
    const context = {
      design,
      plan,
      tiles,
      recorder: new Recorder(device, pass, this.#pipelines, workspace.get('sizes')),
      buffers: (name: string): GPUBuffer => {
        if (name === 'embeddings') return buffers.embeddings
        if (name === 'embedding_gradients' && gradients) return gradients.embeddings
        return workspace.get(name as WorkName)
      },
      gradients: (): GPUBuffer => (gradients as NonNullable<typeof gradients>).classWeights,
    }
    recordForward(context)
    if (gradients) recordBackward(context, 'weight_gradient')
    pass.end()
    for (const [name, target] of Object.entries(buffers.values)) {
      const bytes = Math.min(target.size, 4 * plan.padded)
      encoder.copyBufferToBuffer(rows, 4 * slotOf(name), target, 0, bytes)
    }
    encoder.copyBufferToBuffer(workspace.get('flags'), 0, buffers.flags, 0, 8)
    device.queue.submit([encoder.finish()])
  }
}

/** Where the inputs hold a parameter, and how many numbers it has; laid out as `writeInputs` does. */
const placeOf = (
  { scalars, tables, classTables }: Design,
  name: string,
  { rows, padded, columns }: Plan,
): { readonly at: number; readonly count: number } => {
  if (scalars.includes(name)) return { at: scalars.indexOf(name), count: 1 }
  if (tables.includes(name)) {
    return { at: scalars.length + tables.indexOf(name) * padded, count: rows }
  }
  const start = scalars.length + tables.length * padded
  return { at: start + classTables.indexOf(name) * columns, count: columns }
}

/** The sizes of every chunk, each at its offset. */
const sizesOf = ({ chunks }: Plan): Uint32Array<ArrayBuffer> => {
  const stride = sizesStride / 4
  const numbers = new Uint32Array(chunks.length * stride)
  chunks.forEach(({ sizes }, index) => {
    numbers.set(
      sizeNames.map((name) => sizes[name]),
      index * stride,
    )
  })
  return numbers
}
