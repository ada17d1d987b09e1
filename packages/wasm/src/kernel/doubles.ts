import type { Kernels } from '@arcmargin/core/backend'
import { padded } from '../step/shape.js'
import { createArena, firstAddress, reserve } from './arena.js'
import type { Kernel } from './instance.js'
import { ownKernel } from './own.js'

/** Rows and columns of a tile. */
const [tileRows, tileColumns] = [2, 8]

/** One side of a product: `count` vectors of `steps` values; the strides count values. */
interface Side {
  readonly values: Float64Array
  readonly stride: number
  readonly count: number
  readonly stepStride: number
}

/** Copies a side to `from` and packs it in groups of neighbours. */
const pack = (
  kernel: Kernel,
  side: Side,
  steps: number,
  group: number,
  from: number,
  panel: number,
): void => {
  const { values, stride, count, stepStride } = side
  const length = (count - 1) * stride + (steps - 1) * stepStride + 1
  new Float64Array(kernel.memory.buffer, from, length).set(values.subarray(0, length))
  kernel.packDoubles(from, stride, count, stepStride, steps, group, panel)
}

/** a·bᵀ of two sides, with padded rows; the view is overwritten by the next product. */
const multiply = (a: Side, b: Side, steps: number): Float64Array => {
  const kernel = ownKernel()
  const [rows, columns] = [padded(a.count, tileRows), padded(b.count, tileColumns)]
  const arena = createArena(firstAddress)
  const raw = arena.take(8 * Math.max(a.values.length, b.values.length))
  const left = arena.take(8 * rows * steps)
  const right = arena.take(8 * columns * steps)
  const out = arena.take(8 * rows * columns)
  reserve(kernel, arena.end)
  pack(kernel, a, steps, tileRows, raw, left)
  pack(kernel, b, steps, tileColumns, raw, right)
  kernel.multiplyDoubles(left, rows, right, columns, steps, out)
  return new Float64Array(kernel.memory.buffer, out, rows * columns)
}

/** Core's two matrix products in double precision. */
export const doubleKernels: Kernels = {
  dots: (a, rows, b, columns, dimension, out) => {
    const product = multiply(
      { values: a, stride: dimension, count: rows, stepStride: 1 },
      { values: b, stride: dimension, count: columns, stepStride: 1 },
      dimension,
    )
    const stride = padded(columns, tileColumns)
    for (let row = 0; row < rows; row++) {
      out.set(product.subarray(row * stride, row * stride + columns), row * columns)
    }
  },
  accumulate: (factors, rowStride, rows, columnStride, columns, b, dimension, out) => {
    const product = multiply(
      { values: factors, stride: rowStride, count: rows, stepStride: columnStride },
      { values: b, stride: 1, count: dimension, stepStride: dimension },
      columns,
    )
    const stride = padded(dimension, tileColumns)
    for (let row = 0; row < rows; row++) {
      for (let d = 0; d < dimension; d++) {
        const at = row * dimension + d
        out[at] = (out[at] as number) + (product[row * stride + d] as number)
      }
    }
  },
}
