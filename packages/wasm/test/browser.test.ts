import { fileURLToPath } from 'node:url'
import { arcFace } from '@arcmargin/core'
import { type FloatArray, marginLoss } from '@arcmargin/core/head'
import { describe, expect, it } from 'vitest'
import { openPage } from '../../../scripts/browser.mjs'
import { asDouble, randomBatch, relativeError } from './support/data.js'

const program = fileURLToPath(new URL('support/page.ts', import.meta.url))
const { subCenters: _, ...batch } = randomBatch(1, { rows: 16, dimension: 24, classes: 3000 })
const expected = marginLoss(
  arcFace(),
  { ...asDouble({ ...batch, subCenters: 1 }) },
  { gradients: true },
)

interface Result {
  readonly failed?: string
  readonly loss: number
  readonly embeddings: FloatArray
  readonly classWeights: FloatArray
  readonly threads?: number
  readonly notice?: string
}

/** What a page's program returns. */
const inPage = async (
  options: Parameters<typeof openPage>[1],
  call: { readonly name: 'once' | 'head'; readonly threads?: number },
): Promise<Result> => {
  const { page, close } = await openPage(program, options)
  try {
    return await page.evaluate(
      ({ task, name, threads }) => {
        const programs = globalThis as unknown as Record<
          string,
          (task: unknown, threads: number) => Promise<Result>
        >
        return (programs[name] as (typeof programs)[string])(task, threads)
      },
      { task: batch, name: call.name, threads: call.threads ?? 1 },
    )
  } finally {
    await close()
  }
}

const expectSame = (found: Result): void => {
  expect(found.failed).toBeUndefined()
  expect(found.loss).toBeCloseTo(expected.loss, 4)
  for (const name of ['embeddings', 'classWeights'] as const) {
    expect(relativeError(found[name], expected.gradients[name])).toBeLessThan(2e-6)
  }
}

describe('in Chromium', () => {
  const allowed = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:"

  it("under a policy with 'wasm-unsafe-eval': one thread", async () => {
    expectSame(await inPage({ policy: allowed }, { name: 'once' }))
  })

  it('two threads on shared memory', async () => {
    const found = await inPage({ policy: allowed }, { name: 'head', threads: 2 })
    expectSame(found)
    expect(found.threads).toBe(2)
  })

  it('one thread where the page is not isolated, and it says so', async () => {
    const found = await inPage({ isolated: false }, { name: 'head', threads: 2 })
    expectSame(found)
    expect([found.threads, found.notice]).toEqual([
      1,
      expect.stringMatching(/cross-origin isolated/),
    ])
  })

  it.each(['once', 'head'] as const)(
    'a policy that blocks WebAssembly is named: %s',
    async (name) => {
      const { failed } = await inPage({ policy: "default-src 'self'" }, { name })
      expect(failed).toMatch(
        /WebAssemblyUnavailableError: .* add 'wasm-unsafe-eval' to its script-src/,
      )
    },
  )

  it('a policy that blocks the workers rejects create', async () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
    const { failed } = await inPage({ policy }, { name: 'head', threads: 2 })
    expect(failed).toMatch(/WorkerError: a worker thread ended/)
  })
})
