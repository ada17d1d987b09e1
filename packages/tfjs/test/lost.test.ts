import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenPage, openPage } from '../../../scripts/browser.mjs'

const program = fileURLToPath(new URL('support/lost-page.ts', import.meta.url))
let opened: OpenPage

beforeEach(async () => {
  opened = await openPage(program, { flags: ['--enable-unsafe-webgpu'] })
}, 120_000)
afterEach(() => opened.close())

describe.each(['webgl', 'webgpu'])('a page that loses its %s', (backend) => {
  it('hears of it from every call, and goes on elsewhere with what was synced', async () => {
    const { failures, before, after, loss } = (await opened.call('loseBetweenSteps', backend)) as {
      failures: string[]
      before: Float32Array
      after: Float32Array
      loss: number
    }
    expect(failures).toHaveLength(6)
    for (const failure of failures) {
      expect(failure).toContain('ContextLostError: ')
      expect(failure).toContain(`the GPU context of the backend ${backend} was lost`)
    }
    expect(after).toEqual(before)
    expect(Number.isFinite(loss)).toBe(true)
  })

  it('while it trains keeps the weights of the last whole epoch', async () => {
    const { failure, kept, after } = (await opened.call('loseInTraining', backend)) as {
      failure: string
      kept: Float32Array[]
      after: Float32Array
    }
    expect(failure).toContain(`the GPU context of the backend ${backend} was lost`)
    expect(kept).toHaveLength(2)
    expect(kept[0]).not.toEqual(kept[1])
    expect(after).toEqual(kept[1])
  })
})

describe('a bundle of the core alone', () => {
  it('says what has to be imported for layers to be trained', async () => {
    expect(await opened.call('trainWithoutGradients')).toMatch(
      /MissingGradientsError.*@tensorflow\/tfjs-core\/dist\/register_all_gradients\.js/,
    )
  })
})
