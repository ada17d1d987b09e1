import { fileURLToPath } from 'node:url'
import { arcFace } from '@arcmargin/core'
import { describe, expect, it } from 'vitest'
import type { Answer, Request } from '../src/backend.js'
import { inChromium } from '../src/page/in-chromium.js'

const tolerance = { logits: 0, loss: 0, gradients: 0 }
const values = new Float64Array([1, 0])
const request: Request = {
  loss: arcFace(),
  batch: { embeddings: values, classWeights: values, labels: [0], dimension: 2 },
  options: {},
  parameterGradients: [],
}

/** What the page's program answers under a name. */
const ask = async (name: string): Promise<Answer> => {
  const { run, close } = inChromium(
    { name, tolerance },
    {
      program: new URL('support/page.ts', import.meta.url),
      directories: { '/files': fileURLToPath(new URL('..', import.meta.url)) },
    },
  )
  try {
    return await run(request)
  } finally {
    await close?.()
  }
}

describe('a backend in a page', () => {
  it('answers with arrays, from files that it may fetch', async () => {
    const { loss, embeddings } = await ask('answers')
    expect(loss).toBe('@arcmargin/conformance'.length)
    expect(embeddings).toEqual(new Float32Array([1, Number.NaN]))
  })

  it.each([
    ['refuses', 'classes: is out of range'],
    ['breaks', 'classes: is out of range'],
    ['nobody', "the page's program serves no run of nobody"],
  ])('%s: the error is the failure of the case', async (name, message) => {
    await expect(ask(name)).rejects.toThrow(message)
  })
})
