import { ParameterError } from '@arcmargin/core'
import type { LossState } from '@arcmargin/core/head'
import { usage } from '../device/flags.js'
import { Memory } from '../device/memory.js'
import { type Pipeline, pipelinesOf } from '../device/pipelines.js'
import { recordReadback, type Stretch, takeReadback } from '../device/transfer.js'
import { FeatureError, LimitError } from '../errors.js'
import { momentCount, type Optimizer } from '../stages/optimizer.js'
import { columnsAlongY } from '../stages/subset.js'
import { tunedTiles } from './autotune.js'
import type { Batch, GradientOptions, PassOptions } from './batch.js'
import type { Design } from './design.js'
import { type Inputs, readInputs } from './inputs.js'
import { backwardKernels, forwardKernels, subsetKernels } from './kernels.js'
import { recordBackward, recordForward } from './passes.js'
import { createPlan, type Plan } from './plan.js'
import { canSwap } from './quads.js'
import { Recorder } from './recorder.js'
import type { Readback } from './result.js'
import { allocateShards, type Shard, type WeightShape } from './shards.js'
import { stage } from './staging.js'
import { defaultTiles, needsSwaps, type TileStorage, type Tiles } from './tiles.js'
import { flagBytes, sizesStride, type WorkName, Workspace, workBytes } from './workspace.js'

/** What a head on one device is made of. */
export interface EngineOptions {
  readonly design: Design
  readonly shape: WeightShape
  readonly optimizer: Optimizer | undefined
  /** Tiles that are given; the others are measured. */
  readonly tiles: Partial<Tiles>
  readonly tileStorage?: TileStorage
  readonly cosineBudget: number
  readonly chunkVectors: number
  /** Classes of a shard at most; the device's limits decide otherwise. */
  readonly shardClasses?: number
}

/** Which passes to record. */
export type Mode = 'forward' | 'backward' | 'step'

/** A pass that was recorded. */
export interface Recorded {
  readonly inputs: Inputs
  /** Takes the results once the encoder was submitted. */
  take(): Promise<Readback & { readonly embeddings?: Float32Array }>
  /** Where d loss / d W lies, after `backward`. */
  readonly gradients: readonly Stretch[]
}

/** Refuses a buffer that cannot take d loss / d W. */
const checkGoal = (goal: GPUBuffer, active: readonly Shard[], shape: WeightShape): void => {
  const { classes, subCenters, dimension } = shape
  const argument = 'classWeightGradients'
  if (active.length > 1) {
    const allowed = `a head whose ${classes} classes share one buffer`
    throw new ParameterError('cannot be one buffer', { argument, allowed })
  }
  const bytes = 4 * (active[0] as Shard).count * subCenters * dimension
  if (goal.size >= bytes) return
  throw new ParameterError('is too small', {
    argument,
    value: goal.size,
    allowed: `at least ${bytes} bytes`,
  })
}

/** Buffers and pipelines of a head on one device, and the order in which they are used. */
export class Engine {
  readonly device: GPUDevice
  readonly memory: Memory
  readonly shards: readonly Shard[]
  readonly options: EngineOptions
  readonly workspace: Workspace
  readonly #state: GPUBuffer
  #subset: Shard | undefined
  /** Pipelines by the passes and tiles that they are for. */
  readonly #compiled = new Map<string, Promise<ReadonlyMap<string, Pipeline>>>()
  readonly #gradients = new Map<Shard, GPUBuffer>()

  private constructor(
    device: GPUDevice,
    memory: Memory,
    options: EngineOptions,
    shards: readonly Shard[],
    state: GPUBuffer,
  ) {
    this.device = device
    this.memory = memory
    this.shards = shards
    this.options = options
    this.#state = state
    this.workspace = new Workspace(memory)
  }

  static async create(device: GPUDevice, options: EngineOptions): Promise<Engine> {
    const { design, optimizer, shape, shardClasses } = options
    const tiles = { ...defaultTiles, ...options.tiles }
    const memory = new Memory(device)
    try {
      if (needsSwaps(tiles) && !(await canSwap(device, memory))) throw new FeatureError('subgroups')
      await pipelinesOf(device, forwardKernels(design, tiles))
      const moments = optimizer ? momentCount(optimizer) : 0
      const shards = await allocateShards(device, memory, shape, moments, shardClasses)
      const bytes = 4 * Object.keys(design.resolved.state).length
      const state = await memory.allocate('state', bytes, usage.copySource | usage.copyTarget)
      return new Engine(device, memory, options, shards, state)
    } catch (error) {
      memory.releaseAll()
      throw error
    }
  }

  /** Puts the loss's state on the device. */
  writeState(state: LossState): void {
    const names = Object.keys(this.options.design.resolved.state)
    if (names.length === 0) return
    this.device.queue.writeBuffer(
      this.#state,
      0,
      Float32Array.from(names, (name) => state[name] ?? 0),
    )
  }

  /** Where the state lies. */
  get stateStretch(): Stretch {
    const bytes = 4 * Object.keys(this.options.design.resolved.state).length
    return { buffer: this.#state, offset: 0, bytes }
  }

  /** Records a pass into an encoder; checks come first, then allocations, then commands. */
  async record(
    encoder: GPUCommandEncoder,
    mode: Mode,
    batch: Batch,
    options: PassOptions & GradientOptions,
    state: LossState,
    hyper: Readonly<Record<string, number>>,
  ): Promise<Recorded> {
    const { design, shape } = this.options
    const inputs = readInputs(design, shape.classes, batch, options, state)
    const active = inputs.subset ? [await this.#subsetShard(inputs.columns)] : this.shards
    const classGoal = options.classWeightGradients
    if (classGoal) checkGoal(classGoal, active, shape)
    const plan = createPlan(inputs.rows, active, {
      subCenters: shape.subCenters,
      cosineBudget: this.options.cosineBudget,
      chunkVectors: this.options.chunkVectors,
    })
    const tiles = await this.tilesFor(plan)
    const given = batch.embeddings instanceof Float32Array ? undefined : batch.embeddings
    const goal = options.embeddingGradients
    const bytes = workBytes(design, plan, tiles, inputs.subset !== undefined)
    await this.workspace.ensure({
      ...bytes,
      sizes: bytes.sizes + sizesStride * this.shards.length,
      ...(given ? { embeddings: 0 } : {}),
      ...(mode === 'forward' ? { sums: 0, embedding_gradients: 0, class_slopes: 0 } : {}),
      ...(typeof goal === 'object' ? { embedding_gradients: 0 } : {}),
    })
    if (mode === 'backward' && !classGoal) await this.#gradientBuffers(active)

    const pipelines = await this.#pipelines(mode, tiles, inputs.subset !== undefined)
    const staging = await stage(this.memory, this.shards, {
      ...{ design, inputs, plan, bytes, batch, hyper },
    })
    const lookup = (name: string): GPUBuffer => {
      if (name === 'embeddings' && given) return given
      if (name === 'embedding_gradients' && typeof goal === 'object') return goal
      return this.workspace.get(name as WorkName)
    }
    this.#copyIn(encoder, staging.buffer, staging.copies)
    encoder.clearBuffer(lookup('flags'))
    const [source, start] = inputs.state ? [staging.buffer, staging.state] : [this.#state, 0]
    this.#eachState(plan, (slot, index) => {
      encoder.copyBufferToBuffer(source, start + 4 * index, lookup('rows'), slot, 4)
    })
    const pass = encoder.beginComputePass()
    const recorder = new Recorder(this.device, pass, pipelines, lookup('sizes'))
    const gradients = (shard: Shard): GPUBuffer =>
      classGoal ?? (this.#gradients.get(shard) as GPUBuffer)
    const context = { design, plan, tiles, recorder, buffers: lookup, gradients }
    if (inputs.subset) this.#moveSubset(recorder, lookup, plan, 'gather')
    recordForward(context)
    if (mode !== 'forward') {
      recordBackward(context, mode === 'step' ? 'weight_step' : 'weight_gradient')
    }
    if (inputs.subset && mode === 'step') this.#moveSubset(recorder, lookup, plan, 'scatter')
    pass.end()
    this.#eachState(plan, (slot, index) => {
      encoder.copyBufferToBuffer(lookup('rows'), slot, this.#state, 4 * index, 4)
    })

    const wantsEmbeddings = mode !== 'forward' && goal === undefined
    const rowBytes = 4 * design.slots.length * plan.padded
    const gradientBytes = wantsEmbeddings ? 4 * inputs.rows * design.dimension : 0
    const slopeBytes = mode === 'forward' ? 0 : bytes.class_slopes
    const readback = await recordReadback(this.memory, encoder, [
      { buffer: lookup('rows'), offset: 0, bytes: rowBytes },
      { buffer: lookup('flags'), offset: 0, bytes: flagBytes },
      ...(wantsEmbeddings
        ? [{ buffer: lookup('embedding_gradients'), offset: 0, bytes: gradientBytes }]
        : []),
      ...(slopeBytes > 0 ? [{ buffer: lookup('class_slopes'), offset: 0, bytes: slopeBytes }] : []),
    ])
    return {
      inputs,
      gradients:
        mode === 'backward' && !classGoal
          ? active.map((shard) => ({
              buffer: gradients(shard),
              offset: 0,
              bytes: 4 * shard.count * shape.subCenters * shape.dimension,
            }))
          : [],
      take: async () => {
        const taken = await takeReadback(this.memory, readback)
        this.memory.release(staging.buffer)
        return {
          padded: plan.padded,
          rows: new Float32Array(taken, 0, rowBytes / 4),
          flags: new Uint32Array(taken, rowBytes, flagBytes / 4),
          ...(wantsEmbeddings
            ? { embeddings: new Float32Array(taken, rowBytes + flagBytes, gradientBytes / 4) }
            : {}),
          classSlopes: new Float32Array(
            taken,
            rowBytes + flagBytes + gradientBytes,
            slopeBytes / 4,
          ),
        }
      },
    }
  }

  /** The tiles for a plan: those that were given, and measured ones for the rest. */
  async tilesFor({ padded, columns }: Plan): Promise<Tiles> {
    const { design, tiles, tileStorage } = this.options
    if (Object.keys(defaultTiles).every((name) => name in tiles)) return tiles as Tiles
    const sizes = { padded, vectors: columns * design.subCenters }
    const found = await tunedTiles(this.device, this.memory, design, sizes, tileStorage)
    return { ...found, ...tiles }
  }

  /** Kernels are written and compiled when a pass first needs them. */
  #pipelines(mode: Mode, tiles: Tiles, subset: boolean): Promise<ReadonlyMap<string, Pipeline>> {
    const key = JSON.stringify([mode, subset, tiles])
    const known = this.#compiled.get(key) ?? this.#compile(mode, tiles, subset)
    this.#compiled.set(key, known)
    return known
  }

  async #compile(
    mode: Mode,
    tiles: Tiles,
    subset: boolean,
  ): Promise<ReadonlyMap<string, Pipeline>> {
    const { design, optimizer } = this.options
    return pipelinesOf(this.device, [
      ...forwardKernels(design, tiles),
      ...(mode === 'forward'
        ? []
        : backwardKernels(design, tiles, mode === 'step' ? optimizer : undefined)),
      ...(subset ? subsetKernels(design) : []),
    ])
  }

  #copyIn(
    encoder: GPUCommandEncoder,
    staging: GPUBuffer,
    copies: readonly (readonly [WorkName, number, number])[],
  ): void {
    for (const [name, offset, bytes] of copies) {
      encoder.copyBufferToBuffer(staging, offset, this.workspace.get(name), 0, bytes)
    }
  }

  /** Where each number of the state stands among the rows' values, in bytes. */
  #eachState({ padded }: Plan, visit: (slot: number, index: number) => void): void {
    const { slots, resolved } = this.options.design
    Object.keys(resolved.state).forEach((name, index) => {
      visit(4 * slots.indexOf(`state ${name}`) * padded, index)
    })
  }

  /** A shard for the classes of a subset, with room for so many. */
  async #subsetShard(columns: number): Promise<Shard> {
    const known = this.#subset
    if (known && known.count === columns) return known
    if (known) {
      for (const old of [known.weights, ...known.moments, this.#gradients.get(known)]) {
        this.memory.release(old)
      }
      this.#gradients.delete(known)
    }
    const { shape } = this.options
    const moments = this.shards[0]?.moments.length ?? 0
    const shards = await allocateShards(
      this.device,
      this.memory,
      { ...shape, classes: columns },
      moments,
    )
    if (shards.length > 1) {
      const held = (shards[0] as Shard).count
      for (const { weights, moments: rest } of shards) {
        for (const buffer of [weights, ...rest]) this.memory.release(buffer)
      }
      throw new LimitError('classes of a subset', columns, held)
    }
    this.#subset = shards[0] as Shard
    return this.#subset
  }

  #moveSubset(
    recorder: Recorder,
    lookup: (name: string) => GPUBuffer,
    plan: Plan,
    direction: 'gather' | 'scatter',
  ): void {
    const { shape } = this.options
    const subset = this.#subset as Shard
    const width = shape.quads * shape.subCenters
    this.shards.forEach((shard, index) => {
      const pairs = [
        ['weights', shard.weights, subset.weights] as const,
        ...shard.moments.map(
          (source, array) => ['moments', source, subset.moments[array] as GPUBuffer] as const,
        ),
      ]
      for (const [array, source, block] of pairs) {
        recorder.run(
          `${direction}_${array}`,
          (name) => (name === 'source' ? source : name === 'block' ? block : lookup(name)),
          plan.chunks.length + index,
          width,
          Math.min(plan.columns, columnsAlongY),
          Math.ceil(plan.columns / columnsAlongY),
        )
      }
    })
  }

  async #gradientBuffers(shards: readonly Shard[]): Promise<void> {
    const { subCenters, dimension } = this.options.shape
    for (const shard of shards) {
      if (this.#gradients.has(shard)) continue
      const bytes = 4 * shard.count * subCenters * dimension
      const buffer = await this.memory.allocate(
        'class weight gradients',
        bytes,
        usage.storage | usage.copySource,
      )
      this.#gradients.set(shard, buffer)
    }
  }
}
