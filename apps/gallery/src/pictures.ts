/** `npm run pictures`: builds the gallery and writes the two pictures at the top of the repository's README. */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright'
import sharp from 'sharp'
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.mjs'
import { serveBuiltSite } from './built-site.js'

const folder = fileURLToPath(new URL('../pictures/', import.meta.url))

/** Largest file that is committed. */
const most = 60_000

const write = async (name: string, png: Buffer): Promise<void> => {
  const bytes = await sharp(png).resize(900).webp({ quality: 72, effort: 6 }).toBuffer()
  if (bytes.length > most) throw new Error(`${name} has ${bytes.length} bytes; allowed: ${most}`)
  await writeFile(`${folder}${name}.webp`, bytes)
  console.log(`${name}.webp: ${bytes.length} bytes`)
}

/** Two losses' curves, derivatives and the sliders that move them. */
const explorer = async (page: Page, url: string): Promise<Buffer> => {
  await page.goto(`${url}margin-explorer/`, { waitUntil: 'networkidle' })
  return page.locator('.split').first().screenshot()
}

/** Emoji that were taught, and what the page says about others. */
const enroll = async (page: Page, url: string): Promise<Buffer> => {
  await page.goto(`${url}enroll/`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Start with some emoji' }).click()
  await page.locator('[data-answer]').nth(7).waitFor()
  return page.locator('.answers').screenshot()
}

await mkdir(folder, { recursive: true })
const server = await serveBuiltSite(0)
const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
try {
  const page = await browser.newPage({
    viewport: { width: 1100, height: 900 },
    colorScheme: 'light',
  })
  page.setDefaultTimeout(120_000)
  const url = server.resolvedUrls?.local[0] ?? ''
  await write('margin-explorer', await explorer(page, url))
  await write('enroll', await enroll(page, url))
} finally {
  await browser.close()
  await server.close()
}
