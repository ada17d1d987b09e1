import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { chromiumFlags, chromiumPath } from '../../../../scripts/chromium.mjs'

const screens = fileURLToPath(new URL('../../../../reports/screens/', import.meta.url))

/** The screens that every page is looked at on. */
export const looks = [
  { scheme: 'light', name: 'wide', width: 1280 },
  { scheme: 'dark', name: 'wide', width: 1280 },
  { scheme: 'light', name: 'narrow', width: 390 },
  { scheme: 'dark', name: 'narrow', width: 390 },
] as const

/** How a page is opened. */
interface Visit {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  /** What the visitor allows beside the clipboard. */
  readonly permissions?: readonly string[]
}

/**
 * Opens pages of the built gallery in Chromium; whatever a page reports as an error fails the test.
 *
 * @param flags what the browser is started with beside the usual: a camera, a GPU.
 */
export const browserTests = (flags: readonly string[] = []) => {
  let browser: Browser
  let contexts: BrowserContext[] = []
  const errors: string[] = []
  beforeAll(async () => {
    const args = [...chromiumFlags, ...flags]
    browser = await chromium.launch({ executablePath: chromiumPath(), args })
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    contexts = []
    expect(errors.splice(0)).toEqual([])
  })

  const open = async (
    path: string,
    { scheme = 'light', width = 1280, permissions = [] }: Visit = {},
  ) => {
    const url = new URL(path, inject('siteUrl'))
    const context = await browser.newContext({
      colorScheme: scheme,
      viewport: { width, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write', ...permissions],
      reducedMotion: 'reduce',
    })
    context.setDefaultTimeout(60_000)
    contexts.push(context)
    const page = await context.newPage()
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
    })
    page.on('request', (request) => {
      const to = new URL(request.url())
      if (to.protocol.startsWith('http') && to.origin !== url.origin)
        errors.push(`asked ${to.href}`)
    })
    await page.goto(url.href, { waitUntil: 'networkidle' })
    // A page that computes first says so in its status until it is done.
    await page.waitForFunction(() => !document.querySelector('[data-status]:not(:empty)'))
    return page
  }
  return { open }
}

/** What axe objects to: labels, alternatives, contrast, structure. */
export const accessibilityFaults = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}

/** How many pixels the page is wider than the screen. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

/** Writes the whole page as a picture into reports/screens. */
export const picture = async (page: Page, name: string): Promise<void> => {
  mkdirSync(screens, { recursive: true })
  await page.screenshot({ path: `${screens}${name}.png`, fullPage: true })
}

/** The same of a page that shows numbers: none of them may be missing. */
export const screenshot = async (page: Page, name: string): Promise<void> => {
  expect(await page.locator('body').innerText()).not.toMatch(/\b(NaN|undefined)\b/)
  await picture(page, name)
}
