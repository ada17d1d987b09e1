import { expect, it } from 'vitest'
import {
  accessibilityFaults,
  browserTests,
  looks,
  overflow,
  screenshot,
} from './support/browser.js'

const { open } = browserTests()

it.each(looks)(
  'the documentation has no faults of accessibility, $scheme and $name',
  async (look) => {
    for (const path of ['index', 'losses/arcFace', 'guides/past-pi']) {
      const page = await open(`docs/${path}.html`, look)
      await screenshot(page, `docs-${path.replace('/', '-')}-${look.scheme}-${look.name}`)
      expect(await accessibilityFaults(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
    }
  },
)

it('leads from the start page to a loss by links and by search', async () => {
  const page = await open('')
  await page.getByRole('link', { name: 'documentation' }).click()
  await page.getByRole('heading', { name: 'Start here in five minutes' }).waitFor()
  await page.getByRole('link', { name: 'all losses' }).click()
  await page.getByRole('link', { name: 'CurricularFace' }).last().click()
  await page.getByRole('heading', { level: 1, name: 'CurricularFace' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/docs/losses/curricularFace.html')

  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('sub-centers')
  await page
    .getByRole('listbox')
    .getByRole('link', { name: /sub-centers/i })
    .first()
    .click()
  await page.waitForURL(/\/docs\/.*\.html/)
})
