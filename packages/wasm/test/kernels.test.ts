import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as core from '@arcmargin/core/head'
import { describe, expect, it, vi } from 'vitest'
import { compileKernels as compileText } from '../assembly/compile.mjs'
import { cosineScores, topK } from '../src/index.js'
import { createArena, firstAddress, reserve } from '../src/kernel/arena.js'
import { compileKernels } from '../src/kernel/compile.js'
import { ownKernel } from '../src/kernel/own.js'
import { asDouble, randomBatch, relativeError } from './support/data.js'

describe('the compiled kernels', () => {
  it('are what the assembly compiles to', async () => {
    const file = fileURLToPath(new URL('../src/kernel/module.ts', import.meta.url))
    expect(readFileSync(file, 'utf8')).toBe(await compileText())
  })

  it('take a memory that is shared, or one that is not', () => {
    for (const shared of [true, false]) {
      const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared })
      const imports = { env: { memory }, math: { exp: Math.exp } }
      const { exports } = new WebAssembly.Instance(compileKernels(shared), imports)
      expect(Object.keys(exports)).toContain('cosines')
    }
  })

  it('a policy that blocks them is named', async () => {
    vi.resetModules()
    const { compileKernels: compile } = await import('../src/kernel/compile.js')
    const { Module } = WebAssembly
    const blocked = function blocked() {
      throw new WebAssembly.CompileError('violates the Content Security policy directive')
    }
    Object.assign(WebAssembly, { Module: blocked })
    try {
      expect(() => compile(false)).toThrow(/add 'wasm-unsafe-eval' to its script-src/)
    } finally {
      Object.assign(WebAssembly, { Module })
    }
  })
})

it('exponentials are right to 2e-7 from 0 down to -80, and 0 below', () => {
  const kernel = ownKernel()
  const count = 1 << 16
  const address = createArena(firstAddress).take(4 * count)
  reserve(kernel, address + 4 * count)
  const values = new Float32Array(kernel.memory.buffer, address, count)
  const inputs = Float32Array.from(values, (_, i) => (-80.5 * i) / count)
  values.set(inputs)
  kernel.exponentials(address, count)
  let worst = 0
  inputs.forEach((x, i) => {
    if (x >= -80) worst = Math.max(worst, Math.abs((values[i] as number) / Math.exp(x) - 1))
    else expect(values[i]).toBe(0)
  })
  expect(worst).toBeLessThan(2e-7)
})

it.each([
  [1, 1, 1],
  [5, 7, 9],
  [8, 300, 64],
])('cosines and the best classes, %d x %d classes x %d', (rows, classes, dimension) => {
  const { labels: _, ...batch } = randomBatch(2, { rows, classes, dimension })
  const { labels: __, ...double } = asDouble({ ...batch, labels: [] })
  expect(relativeError(cosineScores(double), core.cosineScores(double))).toBeLessThan(1e-14)
  const k = Math.min(3, classes)
  expect(topK(batch, k).classes).toEqual(core.topK(batch, k).classes)
})
