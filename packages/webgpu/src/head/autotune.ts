import { usage } from '../device/flags.js'
import type { Memory } from '../device/memory.js'
import { pipelineOf } from '../device/pipelines.js'
import { cosineProduct } from '../stages/cosine.js'
import { embeddingProduct } from '../stages/embedding.js'
import type { Product } from '../stages/product.js'
import { gradientOutput, weightProduct } from '../stages/weight.js'
import { type Sizes, sizeNames } from '../wgsl/module.js'
import type { Design } from './design.js'
import { canSwap } from './quads.js'
import { Recorder } from './recorder.js'
import { defaultTiles, parseTiles, type TileStorage, type Tiles, tileChoices } from './tiles.js'
import { sizesStride } from './workspace.js'

/** Vectors that are multiplied in a measurement. */
const sampleVectors = 2048

/** Products with fewer multiplications in all are over before a measurement would pay. */
const worthwhile = 2 ** 26

/** A submission shorter than this in ms says little; it is repeated within itself. */
const shortest = 4

/** Runs of each candidate, of which the fastest counts. */
const runs = 3

/** Measured in this process, by device and shape class. */
const measured = new WeakMap<GPUDevice, Map<string, Promise<Tiles>>>()

const powerAbove = (value: number): number => 2 ** Math.ceil(Math.log2(value))

/** Rows and dimension up to powers of two: shapes of one class share their tiles. */
const shapeClass = (design: Design, padded: number): string =>
  `${powerAbove(padded)}x${4 * powerAbove(design.quads)}${design.half ? ' float16' : ''}`

/** Names the device in a storage; what runs best is measured, never concluded from it. */
const storageKey = ({ adapterInfo }: GPUDevice, shape: string): string => {
  const { vendor, architecture, device, description } = adapterInfo ?? {}
  return ['arcmargin.tiles', vendor, architecture, device, description, shape].join('/')
}

/**
 * The fastest tiles for a shape on a device: measured once in a process for each class of shapes, a few tens of milliseconds on a GPU, and
 * kept in `storage` where one is given.
 */
export const tunedTiles = (
  device: GPUDevice,
  memory: Memory,
  design: Design,
  { padded, vectors }: { readonly padded: number; readonly vectors: number },
  storage: TileStorage | undefined,
): Promise<Tiles> => {
  if (4 * design.quads * padded * vectors < worthwhile) return Promise.resolve(defaultTiles)
  // Tiles of a device with more features are no use to one without.
  const swaps = device.features.has('subgroups') ? ' subgroups' : ''
  const shape = `${shapeClass(design, padded)}${swaps}`
  const known = measured.get(device) ?? new Map<string, Promise<Tiles>>()
  measured.set(device, known)
  const key = storageKey(device, shape)
  const stored = parseTiles(storage?.getItem(key) ?? null)
  const tiles =
    known.get(shape) ?? (stored ? Promise.resolve(stored) : measure(device, memory, design, padded))
  known.set(shape, tiles)
  return tiles.then(
    (found) => {
      if (!stored) storage?.setItem(key, JSON.stringify(found))
      return found
    },
    (error) => {
      known.delete(shape)
      throw error
    },
  )
}

/** What a product may be cut like. */
interface Candidates {
  /** Without barriers, in small tiles. */
  readonly cut: readonly Partial<Tiles>[]
  readonly shared: Partial<Tiles>
  /** In larger tiles, the largest first, on top of what was best in small ones. */
  readonly larger: readonly Partial<Tiles>[]
}

/**
 * The best of some candidates. Larger tiles spare reads where a device has room for their sums, but take long to compile: they are tried
 * where barriers do not pay, until one is a gain.
 */
const fastest = async (
  bench: Bench,
  productOf: (tiles: Tiles) => Product,
  { cut, shared, larger }: Candidates,
): Promise<Partial<Tiles>> => {
  const time = (tiles: Partial<Tiles>): Promise<number> =>
    bench.time(productOf({ ...defaultTiles, ...tiles }))
  let [winner, least]: [Partial<Tiles>, number] = [{}, Number.POSITIVE_INFINITY]
  const isFaster = async (tiles: Partial<Tiles>): Promise<boolean> => {
    const found = await time(tiles)
    // A tie goes to what came first, so that noise does not decide.
    if (found >= 0.97 * least) return false
    winner = tiles
    least = found
    return true
  }
  for (const tiles of cut) await isFaster(tiles)
  const small = winner
  if (await isFaster(shared)) return winner
  for (const tiles of larger) {
    if (await isFaster({ ...small, ...tiles })) break
  }
  return winner
}

const measure = async (
  device: GPUDevice,
  memory: Memory,
  design: Design,
  padded: number,
): Promise<Tiles> => {
  const count = Math.ceil(sampleVectors / design.subCenters)
  const sizes: Sizes = {
    ...{ rows: padded, padded, first: 0, count, columns: count },
    ...{ place: 0, start: 0, opens: 1 },
  }
  const swaps = await canSwap(device, memory)
  const whereSwaps = (tiles: Partial<Tiles>): readonly Partial<Tiles>[] => (swaps ? [tiles] : [])
  const bench = await Bench.create(device, memory, design, sizes)
  try {
    const cosine = await fastest(bench, (tiles) => cosineProduct(design, tiles), {
      cut: [
        ...tileChoices.group.map((cosineGroup) => ({ cosineGroup })),
        ...whereSwaps({ cosineTiling: 'quad' }),
      ],
      shared: { cosineTiling: 'shared' },
      larger: [
        { cosineRows: 16, cosine: 24 },
        { cosineRows: 16, cosine: 16 },
        { cosineRows: 8, cosine: 16 },
      ],
    })
    const embedding = await fastest(bench, (tiles) => embeddingProduct(design, tiles), {
      cut: [{}, ...whereSwaps({ embeddingTiling: 'quad' })],
      shared: { embeddingTiling: 'shared' },
      larger: [{ embedding: 16 }, { embedding: 8 }],
    })
    const output = gradientOutput(design)
    const weight = await fastest(bench, (tiles) => weightProduct(design, tiles, output), {
      cut: [
        ...tileChoices.group.map((weightGroup) => ({ weightGroup })),
        ...whereSwaps({ weightTiling: 'quad' }),
      ],
      shared: { weightTiling: 'shared' },
      larger: [
        { weight: 24, weightValues: 16 },
        { weight: 16, weightValues: 16 },
        { weight: 16, weightValues: 8 },
      ],
    })
    return { ...defaultTiles, ...cosine, ...embedding, ...weight }
  } finally {
    bench.release()
  }
}

/** Buffers of zeros on which kernels are timed. */
class Bench {
  readonly #device: GPUDevice
  readonly #memory: Memory
  readonly #padded: number
  readonly #vectors: number
  readonly #buffers = new Map<string, GPUBuffer>()

  private constructor(device: GPUDevice, memory: Memory, design: Design, sizes: Sizes) {
    this.#device = device
    this.#memory = memory
    this.#padded = sizes.padded
    this.#vectors = sizes.count * design.subCenters
  }

  static async create(
    device: GPUDevice,
    memory: Memory,
    design: Design,
    sizes: Sizes,
  ): Promise<Bench> {
    const bench = new Bench(device, memory, design, sizes)
    const { quads, subCenters, slots } = design
    const matrix = 16 * quads * sizes.padded
    const vectors = sizes.count * subCenters
    const bytes: Readonly<Record<string, number>> = {
      ...{ sizes: sizesStride, rows: 4 * slots.length * sizes.padded },
      ...{ unit: matrix, turned_unit: matrix, pulls: matrix * (subCenters + 1) },
      ...{ cosines: 4 * vectors * sizes.padded, vectors: 16 * vectors },
      sums: matrix * defaultTiles.splits,
      ...{ weights: 16 * quads * vectors, gradients: 16 * quads * vectors },
    }
    try {
      for (const [name, size] of Object.entries(bytes)) {
        const role = name === 'sizes' ? usage.uniform : usage.storage
        bench.#buffers.set(name, await memory.allocate(name, size, role | usage.copyTarget))
      }
    } catch (error) {
      bench.release()
      throw error
    }
    const values = Uint32Array.from(sizeNames, (name) => sizes[name])
    device.queue.writeBuffer(bench.#buffer('sizes'), 0, values)
    return bench
  }

  /** Milliseconds of one dispatch over all vectors. */
  async time(product: Product): Promise<number> {
    const kernel = product.kernel()
    const pipelines = new Map([[kernel.name, await pipelineOf(this.#device, kernel)]])
    const extent = product.threads(this.#padded, this.#vectors)
    const submit = async (repeats: number): Promise<number> => {
      const encoder = this.#device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      const recorder = new Recorder(this.#device, pass, pipelines, this.#buffer('sizes'))
      for (let i = 0; i < repeats; i++) {
        recorder.run(kernel.name, (name) => this.#buffer(name), 0, ...extent)
      }
      pass.end()
      const start = performance.now()
      this.#device.queue.submit([encoder.finish()])
      await this.#device.queue.onSubmittedWorkDone()
      return performance.now() - start
    }
    await submit(1)
    let repeats = 1
    let least = await submit(repeats)
    while (least < shortest && repeats < 256) {
      repeats *= 4
      least = await submit(repeats)
    }
    for (let run = 1; run < runs; run++) least = Math.min(least, await submit(repeats))
    return least / repeats
  }

  release(): void {
    for (const buffer of this.#buffers.values()) this.#memory.release(buffer)
  }

  #buffer(name: string): GPUBuffer {
    return this.#buffers.get(name) as GPUBuffer
  }
}
