import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const app = fileURLToPath(new URL('..', import.meta.url))

const start = (...args: string[]): ChildProcess =>
  spawn(
    process.execPath,
    ['--conditions=@arcmargin/source', '--import', 'tsx', 'src/cli.ts', ...args],
    { cwd: app },
  )

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    let [out, err] = ['', '']
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.on('close', (code) => resolve({ code, out, err }))
  })

const run = (...args: string[]): Promise<Ended> => ended(start(...args))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcmargin-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('npm run demo', () => {
  test('says what is allowed and exits with 2', async () => {
    const { code, out, err } = await run('--loss', 'quadruplet')
    expect(code).toBe(2)
    expect(err).toMatch(/“quadruplet”; allowed: softmax, normface, cosface, arcface/)
    expect(out).toBe('')
  })

  test('prints its help and exits with 0', async () => {
    const { code, out, err } = await run('--help')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^Trains a small net/)
  })

  test('trains on the real emoji: rows alone on standard output, a report in its folder', async () => {
    const target = join(folder, 'demo')
    const { code, out } = await run('--loss', 'arcface', '--epochs', '1', '--json', '--out', target)
    expect(code).toBe(0)
    const rows = JSON.parse(out) as Record<string, number>[]
    expect(rows).toHaveLength(1)
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'loss',
      'seed',
      'rank1',
      'tarAtFar1e-2',
      'tarAtFar1e-3',
      'eer',
      'wEc',
      'wInter',
      'intra',
      'inter',
      'seconds',
    ])
    expect(rows[0]?.['rank1']).toBeGreaterThan(25)
    expect(JSON.parse(await readFile(join(target, 'metrics.json'), 'utf8'))).toEqual(rows)
    expect((await readdir(target)).sort()).toEqual([
      'LICENCES.md',
      'embedding.onnx',
      'index.html',
      'metrics.json',
    ])
  })

  test('interrupted in the middle of training exits with 130 and leaves nothing', async () => {
    const target = join(folder, 'interrupted')
    const child = start('--loss', 'softmax,arcface', '--out', target)
    const end = ended(child)
    child.stderr?.once('data', () => child.kill('SIGINT'))
    const { code, out, err } = await end
    expect(code).toBe(130)
    expect(err).toContain('nothing was written')
    expect(out).toBe('')
    expect(await readdir(folder)).not.toContain('interrupted')
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })
})
