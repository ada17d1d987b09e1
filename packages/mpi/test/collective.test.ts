import { describe, expect, it } from 'vitest'
import { MpiUnavailableError, mpi, single, sliceOf } from '../src/index.js'
import { answerOf } from './mpirun.js'

const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)

describe.each([1, 2, 3, 4])('%i processes', (size) => {
  it('add up, take the largest, gather and broadcast', async () => {
    const triangle = (size * (size + 1)) / 2
    const answer = await answerOf<Record<string, number | boolean | number[]>>(size, 'collective')
    expect(answer).toMatchObject({ size, same: true })
    expect(answer['sum']).toEqual(numbersTo(5).map((at) => at * triangle))
    const harmonic = numbersTo(size).reduce((sum, rank) => sum + 1 / rank, 0)
    const single = answer['single'] as number[]
    numbersTo(3).forEach((at, index) => {
      expect(single[index]).toBeCloseTo(at * harmonic, 5)
    })
    expect(answer['most']).toEqual(numbersTo(4).map((at) => 10 + at))
    expect(answer['equal']).toEqual(numbersTo(size).flatMap((rank) => [rank - 1, 2 * (rank - 1)]))
    const unequal = numbersTo(size).flatMap((rank) =>
      numbersTo(rank - 1).map((at) => Math.fround(at + (rank - 1) / 10)),
    )
    expect(answer['unequal']).toEqual(unequal)
    expect(answer['given']).toEqual([size - 1, size - 0.5])
  })
})

it('one process alone exchanges nothing', () => {
  const alone = single()
  const values = Float32Array.of(1, 2)
  alone.allReduce(values, 'sum')
  expect([alone.rank, alone.size, ...alone.allGather(values)]).toEqual([0, 1, 1, 2])
  expect(() => alone.abort('enough')).toThrow('enough')
})

it('a library that is missing, or no Open MPI, is an error that says what to install', () => {
  const before = process.env['ARCMARGIN_MPI_LIBRARY']
  try {
    process.env['ARCMARGIN_MPI_LIBRARY'] = '/nowhere/libmpi.so'
    expect(() => mpi()).toThrow(MpiUnavailableError)
    expect(() => mpi()).toThrow('apt-get install openmpi-bin libopenmpi-dev')
    process.env['ARCMARGIN_MPI_LIBRARY'] = 'libm.so.6'
    expect(() => mpi()).toThrow('The MPI library is not Open MPI')
  } finally {
    if (before === undefined) delete process.env['ARCMARGIN_MPI_LIBRARY']
    else process.env['ARCMARGIN_MPI_LIBRARY'] = before
  }
})

it.each([
  [10, 4, [3, 3, 2, 2]],
  [4, 4, [1, 1, 1, 1]],
  [7, 1, [7]],
])('%i classes on %i processes: slices of %j', (classes, size, counts) => {
  const slices = counts.map((_, rank) => sliceOf(classes, { rank, size }))
  expect(slices.map(({ count }) => count)).toEqual(counts)
  slices.forEach(({ first }, rank) => {
    expect(first).toBe(counts.slice(0, rank).reduce((sum, count) => sum + count, 0))
  })
})
