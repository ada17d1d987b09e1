import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'

/**
 * How a product is cut. `direct`: each thread reads what it multiplies from the buffers; no barriers. `quad`: the same, but of what four
 * neighbours all need each reads a quarter and they swap, which takes the feature `subgroups`. `shared`: 256 threads bring tiles of 64 by
 * 64 into workgroup memory, 8 KiB, behind barriers. Sums run in the same order in all of them.
 */
export type Tiling = 'direct' | 'quad' | 'shared'

/** Results of one kind that a thread has, where a product is cut directly: each value that is read serves all of the other kind. */
export type TileSize = 4 | 8 | 16

/** Of vectors, whose number need not be a multiple of a tile. */
export type VectorTileSize = TileSize | 24

/** A matrix product as a kernel, and over how many threads along x and y, and groups along z, it runs. */
export interface Product {
  /** Writes the kernel: a long text where tiles are large. */
  kernel(): Kernel
  threads(padded: number, vectors: number): readonly [x: number, y: number, z?: number]
}

/** Numbers 0 to n - 1, for loops that are written out. */
export const range = (n: number): number[] => [...Array(n).keys()]

/** How threads get at what several of them need. */
export interface Reading {
  /** Values of which a thread reads one. */
  readonly readers: 1 | 4
  /**
   * A value's `turn`-th: that of the neighbour whose number differs by these bits, so that none is read twice and each swap is one
   * instruction. Control flow must be the same for a whole workgroup.
   */
  turn(value: string, turn: number): string
  /** The index of what a thread has in turn `t`, as WGSL: of each four a thread begins with its own. */
  index(t: number | string): string
}

const literal = (t: number | string): string => (typeof t === 'number' ? `${t}u` : t)

/** Each thread reads all by itself. */
export const alone: Reading = { readers: 1, turn: (value) => value, index: literal }

/** Four neighbours along x read for one another. */
const together: Reading = {
  readers: 4,
  turn: (value, turn) => `${['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'][turn]}(${value})`,
  index: (t) => `(${literal(t)} ^ (invocation % 4u))`,
}

/** How a product's threads read, which are so many along x. */
export const readingOf = (tiling: Tiling, threads: number): Reading =>
  tiling === 'quad' && threads % together.readers === 0 ? together : alone

/** Values along x of a workgroup with tiles in its memory, and vectors or rows along y. */
export const sharedTile = 64

/** Threads of such a workgroup along x and along y; each has four by four of the tile's results. */
export const sharedThreads = 16

/** What such a workgroup reads at a time: both tiles are 16 deep. */
export const sharedTiles: Readonly<Record<'left' | 'right', string>> = {
  left: `array<vec4<f32>, ${sharedTile * 4}>`,
  right: `array<vec4<f32>, ${sharedTile * 4}>`,
}

/** Vectors of four along D that a thread has: as many as `values` allow, where whole threads fill D. */
export const threadWidth = ({ quads }: Design, values: TileSize): number =>
  [4, 2].find((width) => 4 * width <= values && quads % width === 0) ?? 1

/** Threads of a workgroup along D. */
export const threadsAlong = (parts: number): number => Math.min(parts, 32)
