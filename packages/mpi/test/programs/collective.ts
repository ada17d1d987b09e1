/** The collective's own operations; prints what rank 0 holds, and whether all processes hold the same. */
import { mpi } from '../../src/index.js'

const collective = mpi()
const { rank, size } = collective
const ranks = (length: number): number[] => Array.from({ length }, (_, at) => at + 1)

const sum = Float64Array.from(ranks(5), (at) => at * (rank + 1))
collective.allReduce(sum, 'sum')
const single = Float32Array.from(ranks(3), (at) => at / (rank + 1))
collective.allReduce(single, 'sum')
const most = Float32Array.from(ranks(4), (at) => (at % size === rank ? 10 + at : -at))
collective.allReduce(most, 'max')
const equal = collective.allGather(Int32Array.of(rank, 2 * rank))
const counts = ranks(size).map((at) => at - 1)
const unequal = collective.allGather(
  Float32Array.from(ranks(rank), (at) => at + rank / 10),
  counts,
)
const given = Float64Array.of(rank, rank + 0.5)
collective.broadcast(given, size - 1)
collective.barrier()
const held = { sum, single, most, equal, unequal, given }
const flat = Float64Array.from(Object.values(held).flatMap((values) => Array.from(values)))
const all = collective.allGather(flat)
const same = all.every((value, at) => value === flat[at % flat.length])
if (rank === 0) {
  const plain = Object.fromEntries(
    Object.entries(held).map(([name, values]) => [name, Array.from(values)]),
  )
  process.stdout.write(JSON.stringify({ size, same, ...plain }))
}
collective.close()
