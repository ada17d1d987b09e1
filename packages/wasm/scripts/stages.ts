/**
 * Where the time of a fused step goes: every kernel by itself over the blocks of one shape, on one thread.
 * `npm run stages --workspace @arcmargin/wasm` after a change of assembly/. The fastest run of each block counts, which other load
 * disturbs least.
 */

import { createArena, firstAddress, reserve } from '../src/kernel/arena.js'
import { ownKernel } from '../src/kernel/own.js'
import { embeddingPlaces } from '../src/step/pack.js'
import { panelsOf } from '../src/step/shape.js'

const shape = { rows: 128, dimension: 512, subCenters: 1, columns: 10_000 }
const rounds = 25

const kernel = ownKernel()
const panels = panelsOf(shape)
const { paddedRows: rows, blockVectors: vectors, width, dimension } = panels
const blocks = Math.floor(shape.columns / vectors)
const arena = createArena(firstAddress)
const place = (count: number): number => arena.take(4 * count)
const weights = place(blocks * vectors * dimension)
const gradient = place(blocks * vectors * dimension)
const packed = embeddingPlaces(panels, arena)
const [panel, sum] = [place(vectors * width), place(rows * width)]
const [cosines, exponentials, factors] = [1, 2, 3].map(() => place(rows * vectors)) as [
  number,
  number,
  number,
]
const [along, inverse] = [place(vectors), place(vectors)]
const [slope, largest, index, factor] = [1, 2, 3, 4].map(() => place(rows)) as [
  number,
  number,
  number,
  number,
]
const sums = place(2 * rows)
reserve(kernel, arena.end)
const floats = (address: number, count: number): Float32Array =>
  new Float32Array(kernel.memory.buffer, address, count)
floats(firstAddress, (arena.end - firstAddress) / 4).forEach((_, i, all) => {
  all[i] = Math.sin(i)
})
floats(slope, rows).fill(20)
floats(factor, rows).fill(1)

/** A kernel on block `b`, at the address of its class weights. */
type Stage = (w: number, b: number) => void

const products: Readonly<Record<string, Stage>> = {
  cosines: () => kernel.cosines(packed.sixteens, rows, panel, vectors, dimension, cosines),
  addToEmbeddings: () => kernel.addToEmbeddings(exponentials, rows, panel, vectors, width, sum),
  weightSums: () => kernel.weightSums(factors, vectors, packed.columns, rows, width, panel),
}
const others: Readonly<Record<string, Stage>> = {
  inverseNorms: (w) => kernel.inverseNorms(w, vectors, dimension, 1e-30, inverse),
  packTwos: (w) => kernel.packTwos(w, vectors, vectors, dimension, inverse, panel),
  packSixteens: (w) => kernel.packSixteens(w, vectors, vectors, dimension, inverse, panel),
  addToSums: () => {
    floats(largest, rows).fill(-2)
    kernel.addToSums(cosines, rows, vectors, slope, largest, index, sums, 0)
  },
  exponentiate: () => {
    const to = [exponentials, factors, along] as const
    floats(largest, rows).fill(1)
    kernel.exponentiate(cosines, rows, vectors, slope, largest, factor, ...to)
  },
  undoNormalization: (w, b) => {
    const out = gradient + 4 * b * vectors * dimension
    kernel.undoNormalization(panel, width, w, vectors, dimension, inverse, along, 1, out)
  },
}

const stages = Object.entries({ ...products, ...others })
const fastest = new Map(stages.map(([name]) => [name, new Float64Array(blocks).fill(Infinity)]))
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of stages) {
    const times = fastest.get(name) as Float64Array
    for (let b = 0; b < blocks; b++) {
      const start = performance.now()
      run(weights + 4 * b * vectors * dimension, b)
      times[b] = Math.min(times[b] as number, performance.now() - start)
    }
  }
}
console.log(`N ${rows}, D ${dimension}, ${blocks} blocks of ${vectors} classes; ms a step`)
let whole = 0
for (const [name, times] of fastest) {
  const ms = times.reduce((total, time) => total + time, 0)
  const speed = (2 * rows * dimension * vectors * blocks) / 1e6 / ms
  console.log(
    `${name.padEnd(18)}${ms.toFixed(2).padStart(7)}${name in products ? `  ${speed.toFixed(1)} GFLOP/s` : ''}`,
  )
  whole += ms
}
console.log(`${'together'.padEnd(18)}${whole.toFixed(2).padStart(7)}`)
