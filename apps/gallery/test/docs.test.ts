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

it('is searched, the API reference too', async () => {
  const page = await open('docs/guides/numerics.html')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.locator('#localsearch-input').fill('rotatingGallery')
  await page.locator('#localsearch-list a').first().click()
  await page.waitForURL(/\/docs\/api\/metrics/)
})
