import { ParameterError, ShapeError } from '@arcmargin/core'
import type { TopK } from '@arcmargin/core/head'
import { pipelinesOf } from '../device/pipelines.js'
import { download } from '../device/transfer.js'
import { cosineProduct } from '../stages/cosine.js'
import { normalizeRows, normalizeWeights } from '../stages/normalize.js'
import { groupSize } from '../stages/reduce.js'
import { groupEntries, topOfGroups, topOfRows } from '../stages/top.js'
import { type Kernel, sizeNames } from '../wgsl/module.js'
import type { Engine } from './engine.js'
import { type Chunk, createPlan, type Plan } from './plan.js'
import { Recorder } from './recorder.js'
import { findFault } from './result.js'
import type { Tiles } from './tiles.js'
import { flagBytes, sizesStride, type WorkName, workBytes } from './workspace.js'

/** What may be said about inference. */
export interface ScoreOptions {
  /** Rows in a `GPUBuffer` of embeddings. Default: as many as it has room for. */
  readonly rows?: number
  /** Ends the work between two blocks of classes. */
  readonly signal?: AbortSignal
  /** Called with the share of the classes that are done, from 0 to 1. */
  readonly onProgress?: (share: number) => void
}

/** Work on the cosines of a chunk, which lie in `cosines`. */
type Visit = (chunk: Chunk, recorder: Recorder, index: number) => void

const countRows = (
  embeddings: Float32Array | GPUBuffer,
  dimension: number,
  given: number | undefined,
): number => {
  const values =
    embeddings instanceof Float32Array ? embeddings.length : Math.floor(embeddings.size / 4)
  const rows = given ?? values / dimension
  const whole = embeddings instanceof Float32Array ? rows : Math.floor(rows)
  if (Number.isInteger(whole) && whole >= 1 && whole * dimension <= values) return whole
  throw new ShapeError(`has ${values} values`, {
    argument: 'embeddings',
    ...(given === undefined ? {} : { value: given }),
    allowed: `whole rows of ${dimension} float32 values, at least 1`,
  })
}

/** Cosines of the rows with every class, a chunk at a time; `visit` records what follows, `after` runs when a chunk was submitted. */
class Scoring {
  readonly #engine: Engine
  readonly #embeddings: Float32Array | GPUBuffer
  readonly #options: ScoreOptions
  readonly plan: Plan

  constructor(engine: Engine, embeddings: Float32Array | GPUBuffer, options: ScoreOptions) {
    const { design, shape, cosineBudget, chunkVectors } = engine.options
    const rows = countRows(embeddings, design.dimension, options.rows)
    this.#engine = engine
    this.#embeddings = embeddings
    this.#options = options
    // What was scored is used at once, so a chunk replaces the one before.
    const vectors = Math.min(chunkVectors, shape.classes * shape.subCenters)
    this.plan = createPlan(rows, engine.shards, {
      subCenters: shape.subCenters,
      cosineBudget,
      chunkVectors: vectors,
      keep: false,
    })
  }

  readonly buffer = (name: string): GPUBuffer =>
    name === 'embeddings' && !(this.#embeddings instanceof Float32Array)
      ? this.#embeddings
      : this.#engine.workspace.get(name as WorkName)

  /** Goes over the classes. */
  async run(
    kernels: readonly Kernel[],
    extra: Readonly<Partial<Record<WorkName, number>>>,
    visit: Visit,
    after: (chunk: Chunk) => void | Promise<void>,
  ): Promise<void> {
    const { device, options } = this.#engine
    const { design } = options
    const { plan } = this
    const tiles = await this.#engine.tilesFor(plan)
    const pipelines = await pipelinesOf(device, [
      normalizeRows(design),
      normalizeWeights(design),
      cosineProduct(design, tiles).kernel(),
      ...kernels,
    ])
    await this.#prepare(tiles, extra)
    for (const [index, chunk] of plan.chunks.entries()) {
      this.#options.signal?.throwIfAborted()
      const encoder = device.createCommandEncoder()
      if (index === 0) encoder.clearBuffer(this.buffer('flags'))
      const pass = encoder.beginComputePass()
      const recorder = new Recorder(device, pass, pipelines, this.buffer('sizes'))
      if (index === 0) recorder.run('normalize_rows', this.buffer, 0, plan.padded)
      this.#score(recorder, chunk, index, tiles)
      visit(chunk, recorder, index)
      pass.end()
      device.queue.submit([encoder.finish()])
      await after(chunk)
      await this.#pause(index)
    }
  }

  /** Refuses what the kernels found not to be finite. */
  async check(): Promise<void> {
    const { device, memory, options } = this.#engine
    const stretch = { buffer: this.buffer('flags'), offset: 0, bytes: flagBytes }
    const values = await download(device, memory, [stretch])
    const fault = findFault(options.design, new Uint32Array(values.buffer, 0, flagBytes / 4))
    if (fault) throw fault
  }

  async #prepare(tiles: Tiles, extra: Readonly<Partial<Record<WorkName, number>>>): Promise<void> {
    const { device, options, workspace } = this.#engine
    const { plan } = this
    const bytes = workBytes(options.design, plan, tiles, false)
    const values = this.#embeddings instanceof Float32Array ? this.#embeddings : undefined
    await workspace.ensure({
      sizes: bytes.sizes,
      flags: bytes.flags,
      rows: bytes.rows,
      unit: bytes.unit,
      turned_unit: bytes.turned_unit,
      cosines: bytes.cosines,
      vectors: bytes.vectors,
      ...(values ? { embeddings: bytes.embeddings } : {}),
      ...extra,
    })
    const sizes = new Uint32Array((plan.chunks.length * sizesStride) / 4)
    plan.chunks.forEach((chunk, index) => {
      const entry = sizeNames.map((name) => chunk.sizes[name])
      sizes.set(entry, (index * sizesStride) / 4)
    })
    device.queue.writeBuffer(this.buffer('sizes'), 0, sizes)
    // A copy: queues refuse memory that is shared between threads.
    if (values) device.queue.writeBuffer(this.buffer('embeddings'), 0, Float32Array.from(values))
  }

  #score(recorder: Recorder, { shard, sizes }: Chunk, index: number, tiles: Tiles): void {
    const { subCenters } = this.#engine.options.shape
    const vectors = sizes.count * subCenters
    const inChunk = (name: string): GPUBuffer =>
      name === 'weights' ? shard.weights : this.buffer(name)
    recorder.run('normalize_weights', inChunk, index, vectors)
    const threads = cosineProduct(this.#engine.options.design, tiles).threads(
      this.plan.padded,
      vectors,
    )
    recorder.run('cosine_product', inChunk, index, ...threads)
  }

  /** Waits for the device where somebody wants to hear of it. */
  async #pause(index: number): Promise<void> {
    const { signal, onProgress } = this.#options
    if (!signal && !onProgress) return
    await this.#engine.device.queue.onSubmittedWorkDone()
    onProgress?.((index + 1) / this.plan.chunks.length)
  }
}

/** The k best classes of each row. */
export const scoreTop = async (
  engine: Engine,
  embeddings: Float32Array | GPUBuffer,
  k: number,
  options: ScoreOptions,
): Promise<TopK> => {
  const { design, shape } = engine.options
  if (!(Number.isInteger(k) && k >= 1 && k <= shape.classes)) {
    throw new ParameterError('is out of range', {
      argument: 'k',
      value: k,
      allowed: `1 to ${shape.classes}`,
    })
  }
  const scoring = new Scoring(engine, embeddings, options)
  const { rows, padded, groups } = scoring.plan
  await scoring.run(
    [topOfGroups(design, k), topOfRows(k)],
    { partials: 8 * groups * groupEntries(k) * padded, top: 8 * k * padded },
    ({ sizes }, recorder, index) => {
      const along = Math.ceil(sizes.count / groupSize)
      recorder.run('top_of_groups', scoring.buffer, index, padded, along)
      recorder.run('top_of_rows', scoring.buffer, index, padded)
    },
    () => {},
  )
  const stretch = { buffer: scoring.buffer('top'), offset: 0, bytes: 8 * k * padded }
  const lists = await download(engine.device, engine.memory, [stretch])
  await scoring.check()
  const classes = new Int32Array(rows * k)
  const scores = new Float64Array(rows * k)
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < k; place++) {
      scores[row * k + place] = lists[2 * place * padded + row] as number
      classes[row * k + place] = lists[(2 * place + 1) * padded + row] as number
    }
  }
  return { classes, scores }
}

/** Cosines of each row with each class, [N, C]; the device has those of a chunk at a time. */
export const scoreAll = async (
  engine: Engine,
  embeddings: Float32Array | GPUBuffer,
  options: ScoreOptions,
): Promise<Float32Array> => {
  const { shape } = engine.options
  const { classes, subCenters } = shape
  const scoring = new Scoring(engine, embeddings, options)
  const { rows, padded } = scoring.plan
  const scores = new Float32Array(rows * classes)
  await scoring.run(
    [],
    {},
    () => {},
    async ({ sizes: { first, count } }) => {
      const bytes = 4 * count * subCenters * padded
      const stretch = { buffer: scoring.buffer('cosines'), offset: 0, bytes }
      const cosines = await download(engine.device, engine.memory, [stretch])
      for (let lane = 0; lane < count; lane++) {
        for (let row = 0; row < rows; row++) {
          let best = -1
          for (let center = 0; center < subCenters; center++) {
            const found = cosines[(lane * subCenters + center) * padded + row] as number
            best = Math.max(best, Math.min(found, 1))
          }
          scores[row * classes + first + lane] = best
        }
      }
    },
  )
  await scoring.check()
  return scores
}
