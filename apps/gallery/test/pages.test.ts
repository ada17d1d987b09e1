import { describe, expect, it } from 'vitest'
import { pages } from '../src/pages.js'
import {
  accessibilityFaults,
  browserTests,
  looks,
  overflow,
  screenshot,
} from './support/browser.js'

const { open } = browserTests()

describe.each([{ folder: '.' }, ...pages])('$folder', ({ folder }) => {
  const name = folder === '.' ? 'gallery' : folder

  it.each(looks)('has no faults of accessibility, $scheme and $name', async (look) => {
    const page = await open(`${folder}/`, look)
    await screenshot(page, `${name}-${look.scheme}-${look.name}`)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })
})

describe('the start page', () => {
  it('leads to every page, and every page leads back', async () => {
    const page = await open('')
    for (const { title } of pages) {
      await page.getByRole('link', { name: title }).click()
      await page.getByRole('link', { name: 'Arcmargin' }).click()
      await page.getByRole('heading', { name: 'See what margins do' }).waitFor()
    }
    expect(new URL(page.url()).pathname).toBe('/')
  })
})
