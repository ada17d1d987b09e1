import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { behind, fitLink, headOf, predict, secondsOf, worstMisfit } from '../src/mpi/model.js'
import { fillUniform } from '../src/mpi/numbers.js'
import { classesIn, type Measured } from '../src/mpi/plan.js'
import { createStore } from '../src/mpi/store.js'
import type { StepTimes } from '../src/mpi/task.js'

const link = { latency: 3e-6, secondsAByte: 2e-10 }

test('a link is found again in times that follow it', () => {
  const timed = [8, 4096, 1 << 20].flatMap((bytes) => [
    { kind: 'allReduce' as const, bytes, seconds: link.latency + bytes * link.secondsAByte },
    { kind: 'allGather' as const, bytes, seconds: link.latency + (bytes / 2) * link.secondsAByte },
  ])
  const fitted = fitLink(timed)
  expect(fitted.latency / link.latency).toBeCloseTo(1, 9)
  expect(fitted.secondsAByte / link.secondsAByte).toBeCloseTo(1, 9)
  expect(worstMisfit(fitted, timed)).toBeLessThan(1e-9)
})

test('a call is recursive doubling when small and a ring when large', () => {
  const [small, large] = [8, 1 << 26]
  expect(secondsOf({ kind: 'allReduce', bytes: small }, 1, link)).toBe(0)
  expect(secondsOf({ kind: 'allReduce', bytes: small }, 64, link)).toBeCloseTo(
    6 * (3e-6 + 8 * 2e-10),
    15,
  )
  const ring = 2 * 63 * 3e-6 + ((2 * 63) / 64) * large * 2e-10
  expect(secondsOf({ kind: 'allReduce', bytes: large }, 64, link)).toBeCloseTo(ring, 12)
  const gathered = 6 * 3e-6 + (63 / 64) * large * 2e-10
  expect(secondsOf({ kind: 'allGather', bytes: large }, 64, link)).toBeCloseTo(gathered, 12)
})

test('a head that costs a·C·D + b·N·C·D is predicted as it was measured, and half as long on two machines', () => {
  const [classes, dimension] = [1000, 32]
  const computing = (rows: number): number => classes * dimension * (4e-10 + rows * 1e-11)
  const times = (rows: number): StepTimes => ({
    ...{ processes: 2, step: 1, exchanging: 0, memoryMb: 1, loss: 1, computing: computing(rows) },
    exchanges: [
      { kind: 'allGather', bytes: 4 * rows * dimension },
      { kind: 'allReduce', bytes: 8 },
    ],
  })
  const head = headOf(
    classes,
    dimension,
    { rows: 64, times: times(64) },
    { rows: 128, times: times(128) },
  )
  const network = behind(link, { latency: 1e-5, secondsAByte: 1e-9 })
  const one = predict(head, classes, 1, 100, network)
  expect(one.computing).toBeCloseTo(computing(100), 12)
  expect(one.exchanging).toBe(0)
  const two = predict(head, classes, 2, 100, network)
  expect(two.computing).toBeCloseTo(computing(100) / 2, 12)
  const bytes = [4 * 100 * dimension, 8] as const
  const expected =
    secondsOf({ kind: 'allGather', bytes: bytes[0] }, 2, network) +
    secondsOf({ kind: 'allReduce', bytes: bytes[1] }, 2, network)
  expect(two.exchanging).toBeCloseTo(expected, 12)
})

test('a store gives back what was written, wherever it lies, and starts from its numbers', () => {
  const store = createStore(40, 4, fillUniform)
  const [values, rest] = [new Float32Array(12), new Float32Array(8)]
  store.write('momentum', 2, Float32Array.of(1, 2, 3, 4))
  store.read('momentum', 1, values)
  expect([...values]).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0])
  store.read('weights', 8, rest)
  const expected = new Float32Array(8)
  fillUniform(32, expected)
  expect(rest).toEqual(expected)
  expect(Math.max(...rest.map(Math.abs))).toBeLessThan(1)
})

const workspace = fileURLToPath(new URL('..', import.meta.url))
const run = (...args: string[]) =>
  spawnSync(
    process.execPath,
    ['--conditions=@arcmargin/source', '--import', 'tsx', 'src/mpi/cli.ts', ...args],
    { cwd: workspace, encoding: 'utf8' },
  )

test('npm run bench:mpi times one process and two, which find the same loss', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arcmargin-bench-mpi-'))
  try {
    const file = join(folder, 'out.json')
    const small = ['--shape', '16x32x200', '--repetitions', '1', '--memory', '0.001']
    const { status, stdout, stderr } = run(...small, '--json', file)
    expect(stderr).toContain('100 %')
    expect(status).toBe(0)
    expect(stdout).toContain('strong scaling')
    const { strong, weak, full } = JSON.parse(readFileSync(file, 'utf8')) as Measured
    const losses = strong.map(({ times }) => times.loss)
    for (const loss of losses) expect(loss / (losses[0] as number)).toBeCloseTo(1, 5)
    expect(weak.map(({ task }) => task.classes)).toEqual([100, 200])
    expect(full.map(({ task }) => task.classes)).toEqual(Array(2).fill(classesIn(0.001, 32)))
    const gathered = strong.at(-1)?.times.exchanges.filter(({ kind }) => kind === 'allGather')
    expect(gathered?.map(({ bytes }) => bytes)).toContain(4 * 16 * 32)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('npm run bench:mpi says what a flag may be', () => {
  const { status, stderr } = run('--memory', '1000000')
  expect(status).toBe(2)
  expect(stderr).toMatch(/^--memory cannot be “1000000”; allowed: 0 to \d+ GB/)
  expect(run('--shape', 'S9').stderr).toContain('S1, S2, S3, S4, NxDxC with 2 classes or more')
})
