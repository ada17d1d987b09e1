import { expect, it } from 'vitest'
import { browserTests, overflow, picture } from './support/browser.js'

const { open } = browserTests()

it('leads to the documentation', async () => {
  const page = await open('')
  await page.getByRole('link', { name: 'documentation' }).click()
  await page.getByRole('heading', { name: 'Start here in five minutes' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/docs/')
})

it.each(['index', 'losses/arcFace', 'guides/past-pi'])('shows %s of it in full', async (path) => {
  const page = await open(`docs/${path}.html`)
  await picture(page, `docs-${path.replace('/', '-')}`)
  expect(await page.locator('h1').count()).toBe(1)
  expect(await overflow(page)).toBe(0)
})
