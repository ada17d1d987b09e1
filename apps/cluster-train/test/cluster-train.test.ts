import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mpirunFlags } from '../../../scripts/mpirun.mjs'
import { identitiesOf } from '../src/identities.js'
import type { Summary } from '../src/train.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const run = (processes: number, ...args: string[]): SpawnSyncReturns<string> => {
  const command = ['-n', String(processes), 'npx', 'arcmargin-mpi-train']
  const result = spawnSync('mpirun', [...mpirunFlags, ...command, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (result.error) throw new Error('mpirun is missing: npm run openmpi installs it')
  return result
}

const small =
  '--classes 101 --dimension 16 --batch 41 --steps 30 --learning-rate 5 --scale 16 --json'.split(
    ' ',
  )
const trained = (processes: number, ...args: string[]): Summary =>
  JSON.parse(run(processes, ...small, ...args).stdout) as Summary

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'arcmargin-cluster-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('learns the identities, and the same on one process and on two', () => {
  const [one, two] = [trained(1), trained(2)]
  expect(two).toMatchObject({ processes: 2, classes: 101, steps: 30 })
  expect(two.accuracy).toBeGreaterThan(0.5)
  expect(two.accuracy).toBe(one.accuracy)
  expect(two.loss / one.loss).toBeCloseTo(1, 4)
})

it('goes on from its checkpoint, with Partial FC and sub-centers', () => {
  const options = ['--checkpoint', folder, '--sub-centers', '2', '--sample-rate', '0.5']
  expect(trained(1, ...options).steps).toBe(30)
  expect(trained(2, ...options).steps).toBe(60)
})

it('shows progress, and says what is wrong with a flag once', () => {
  const { stderr, status } = run(2, ...small, '--steps', '3')
  expect(status).toBe(0)
  expect(stderr).toContain('3/3 steps')
  const wrong = run(2, '--loss', 'arc')
  expect(wrong.status).not.toBe(0)
  expect(wrong.stderr.match(/Allowed choices are arcFace/g)).toHaveLength(1)
})

it('identities are the same whoever makes them, rows of other processes aside', () => {
  const [a, b] = [identitiesOf(50, 4, 0.5, 7), identitiesOf(50, 4, 0.5, 7)]
  const [all, last] = [a.batch(3, 0, 6), b.batch(3, 4, 2)]
  expect(last.embeddings).toEqual(all.embeddings.slice(16))
  expect(last.labels).toEqual(all.labels.slice(4))
  const [weights, part] = [new Float32Array(20), new Float32Array(8)]
  a.start(0, weights)
  b.start(3, part)
  expect(part).toEqual(weights.slice(12))
})
