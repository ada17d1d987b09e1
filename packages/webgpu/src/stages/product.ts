import type { Design } from '../head/design.js'
import type { Kernel } from '../wgsl/module.js'

/**
 * How a product is cut. `direct`: threads read from the buffers, neighbours the same or neighbouring values; no barriers. `shared`: 256
 * threads bring tiles of 64 by 64 into workgroup memory, 8 KiB, behind barriers. Sums run in the same order in both.
 */
export type Tiling = 'direct' | 'shared'

/** A matrix product as a kernel, and over how many threads along x and y, and groups along z, it runs. */
export interface Product {
  readonly kernel: Kernel
  threads(padded: number, vectors: number): readonly [x: number, y: number, z?: number]
}

/** Numbers 0 to n - 1, for loops that are written out. */
export const range = (n: number): number[] => [...Array(n).keys()]

/** Values along x of a workgroup with tiles in its memory, and vectors or rows along y. */
export const sharedTile = 64

/** Threads of such a workgroup along x and along y; each has four by four of the tile's results. */
export const sharedThreads = 16

/** What such a workgroup reads at a time: both tiles are 16 deep. */
export const sharedTiles: Readonly<Record<'left' | 'right', string>> = {
  left: `array<vec4<f32>, ${sharedTile * 4}>`,
  right: `array<vec4<f32>, ${sharedTile * 4}>`,
}

/** Which four of a vector's values a thread has, as places within it, and whether each of them is there. */
export interface Quad {
  place(i: number): string
  exists(i: number): string | undefined
}

/**
 * Threads in fours have 16 values: the first has 0, 4, 8 and 12, so that with one of the four indices neighbours read neighbouring
 * values. Statements that declare `d` come first.
 */
export const stridedQuad = ({ quads }: Design): Quad => ({
  place: (i) => `d + ${4 * i}u`,
  exists: (i) => (quads % 4 === 0 ? undefined : `d + ${4 * i}u < ${4 * quads}u`),
})

/** Declares `d` of {@link stridedQuad}. */
export const declareStrided = 'let d = (id.x / 4u) * 16u + id.x % 4u;'

/** Threads that {@link stridedQuad} needs. */
export const stridedThreads = ({ quads }: Design): number => 4 * Math.ceil(quads / 4)

/** Four values in a row, from `d` on. */
export const wholeQuad: Quad = { place: (i) => `d + ${i}u`, exists: () => undefined }

/** A thread's four values of an array, as a vector of float32. */
export const loadQuad = (quad: Quad, array: string, start: string): string =>
  `vec4<f32>(${range(4)
    .map((i) => `f32(${array}[${start} + ${quad.place(i)}])`)
    .join(', ')})`

/** Stores a thread's four values, those that are there. */
export const storeQuad = (
  quad: Quad,
  array: string,
  start: string,
  value: string,
  narrow: (value: string) => string = (one) => one,
): string =>
  range(4)
    .map((i) => {
      const store = `${array}[${start} + ${quad.place(i)}] = ${narrow(`(${value})[${i}]`)};`
      const exists = quad.exists(i)
      return exists ? `if (${exists}) { ${store} }` : store
    })
    .join('\n    ')
