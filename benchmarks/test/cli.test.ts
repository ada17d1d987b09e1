import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../src/report/json.js'

const workspace = fileURLToPath(new URL('..', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcmargin-bench-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The command, with its temporary files in `folder`. */
const start = (...args: string[]): ChildProcess =>
  spawn(
    process.execPath,
    ['--conditions=@arcmargin/source', '--import', 'tsx', 'src/cli.ts', ...args],
    { cwd: workspace, env: { ...process.env, TMPDIR: folder, INIT_CWD: folder } },
  )

const ended = (child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> =>
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

const leftovers = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith('arcmargin-bench-'))

describe('npm run bench', () => {
  // Eighteen processes, one after the other.
  test('measures every engine that npm installs, and their gradients are right', async () => {
    const engines =
      'core,wasm,onnxruntime-node,onnxruntime-web,arcmargin-tfjs-cpu,arcmargin-tfjs-wasm,arcmargin-tfjs-wasm-general,tfjs-cpu,tfjs-wasm,tfjs-cpu-autograd,tfjs-wasm-autograd,onnxruntime-node-naive,onnxruntime-web-naive'
    const { code, out } = await ended(
      start(
        ...['--shape', '8x16x50', '--engine', engines, '--repetitions', '2'],
        ...['--json', 'out.json', '--svg', 'out.svg'],
      ),
    )
    expect(out).toContain('N 8, D 16, C 50')
    expect(code).toBe(0)
    const { rows, machine } = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as Report
    expect(rows.map(({ engine, threads }) => `${engine} ${threads}`)).toEqual([
      'core 1',
      'wasm 1',
      'wasm 2',
      'onnxruntime-node 1',
      'onnxruntime-node 2',
      'onnxruntime-web 1',
      'onnxruntime-web 2',
      'arcmargin-tfjs-cpu 1',
      'arcmargin-tfjs-wasm 1',
      'arcmargin-tfjs-wasm-general 1',
      'tfjs-cpu 1',
      'tfjs-wasm 1',
      'tfjs-cpu-autograd 1',
      'tfjs-wasm-autograd 1',
      'onnxruntime-web-naive 1',
      'onnxruntime-web-naive 2',
      'onnxruntime-node-naive 1',
      'onnxruntime-node-naive 2',
    ])
    const { simd128, native } = machine.roofs
    for (const { errorDx, errorDw, wallMs, cpuMs, peakMb } of rows) {
      expect(Math.max(errorDx, errorDw)).toBeLessThan(2e-6)
      expect(Math.min(wallMs, cpuMs, simd128, native)).toBeGreaterThan(0)
      expect(peakMb).toBeGreaterThan(10)
    }
    expect(await readFile(join(folder, 'out.svg'), 'utf8')).toMatch(/^<svg /)
    expect(await leftovers()).toEqual([])
  }, 600_000)

  test('on a GPU shows the curve over the classes, and compares a sample of many classes', async () => {
    const { code, out } = await ended(
      start(
        ...['--suite', 'gpu', '--shape', '4x8x300,4x8x260000', '--repetitions', '1'],
        ...['--engine', 'webgpu-step', '--json', 'gpu.json', '--svg', 'gpu.svg'],
      ),
    )
    expect(out).toMatch(/Cost over the classes +C\^ +C +ms\n─+\nwebgpu-step +\d\.\d\d +300–260000/)
    expect(out).toMatch(/4x8x260000: webgpu-step: bits that differ from run to run +<= 0 +0 +met/)
    expect(code).toBe(0)
    const { rows } = JSON.parse(await readFile(join(folder, 'gpu.json'), 'utf8')) as Report
    expect(rows.map(({ shape, sameBits }) => [shape, sameBits])).toEqual([
      ['4x8x300', true],
      ['4x8x260000', true],
    ])
    for (const { errorLoss, errorDx, errorDw, gpuMb = 0 } of rows) {
      expect(Math.max(errorLoss, errorDx, errorDw)).toBeLessThan(1e-5)
      expect(gpuMb).toBeGreaterThan(0)
    }
    expect(await readFile(join(folder, 'gpu.svg'), 'utf8')).toContain('over the number of classes')
  }, 600_000)

  test('runs PyTorch, or says what to install', async () => {
    const { code, out } = await ended(
      start('--shape', '8x16x50', '--engine', 'pytorch', '--repetitions', '1', '--svg', 'p.svg'),
    )
    expect(out).toMatch(/pytorch, 1 thread +\d|pytorch, 1 thread: left out, .*apt-get install/)
    expect(code).toBe(0)
  })

  test('says what is allowed and exits with 2', async () => {
    const { code, out, err } = await ended(start('--suite', 'tpu'))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('“tpu”; allowed: cpu')
  })

  test('interrupted exits with 130, and leaves no file and no process', async () => {
    const child = start('--shape', '64x128x2000', '--engine', 'core', '--repetitions', '1000')
    const end = ended(child)
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('core')) child.kill('SIGINT')
    })
    const { code, err } = await end // An engine that lived on would hold the pipes open.
    expect(code).toBe(130)
    expect(err).toContain('nothing was written')
    expect(await leftovers()).toEqual([])
  })
})
