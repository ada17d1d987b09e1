import { readFileSync } from 'node:fs'
import { pairScores, tarAtFar } from '@arcmargin/metrics'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { browserTests, screenshot } from './support/browser.js'

const { open } = browserTests()
const data = new URL('../../verification-lab/data/', import.meta.url)
const set: { emoji: string[]; vendors: string[]; dimension: number } = JSON.parse(
  readFileSync(new URL('set.json', data), 'utf8'),
)
const bytes = new Int8Array(readFileSync(new URL('embeddings.bin', data)))
const rows = set.emoji.length * set.vendors.length

/** The scores of one of the demo's nets, by metrics. */
const scoresOf = (net: number) => {
  const { dimension } = set
  const length = rows * dimension
  const labels = Array.from({ length: rows }, (_, row) => Math.floor(row / set.vendors.length))
  const embeddings = Float32Array.from(bytes.subarray(net * length, (net + 1) * length))
  return pairScores(embeddings, labels, { dimension })
}

const ready = async (page: Page): Promise<void> => {
  await page.locator('tr[data-set]').nth(3).waitFor()
}

const cell = (page: Page, title: string): Promise<string[]> =>
  page.locator(`tr[data-set="${title}"] td`).allTextContents()

describe('the demo', () => {
  it('has the numbers that metrics gives, and a threshold that keeps its FAR', async () => {
    const page = await open('verification-lab/')
    await ready(page)
    const scores = scoresOf(0)
    const [point] = tarAtFar(scores, [1e-3])
    const [tar] = await cell(page, 'softmax')
    expect(Number.parseFloat(tar ?? '')).toBeCloseTo(100 * (point?.tar ?? 0), 1)

    await page.getByRole('button', { name: 'FAR 0.001' }).click()
    const far = Number.parseFloat((await page.locator('[data-far]').textContent()) ?? '')
    expect(far).toBeLessThanOrEqual(0.1)
    expect(far).toBeGreaterThan(0.095)

    const theta = page.getByRole('spinbutton', { name: 'Accept pairs' })
    await theta.fill('45')
    await theta.press('Enter')
    const threshold = Math.cos(Math.PI / 4)
    const accepted = scores.impostor.filter((score) => score >= threshold).length
    await page.getByText(`${accepted.toLocaleString('en')} of 1,476,615 impostor pairs`).waitFor()
  })

  it('shows what refined labels change', async () => {
    const page = await open('verification-lab/')
    await ready(page)
    await page.getByRole('button', { name: 'ArcFace, 25 % wrong labels' }).click()
    const far = page.locator('[data-far]')
    const before = await far.textContent()
    await page.getByRole('checkbox', { name: 'refined' }).check()
    await expect.poll(() => far.textContent()).not.toBe(before)
    await screenshot(page, 'verification-lab-refined')
    const [original] = await cell(page, 'ArcFace 0.3 on original labels')
    const [cleaned] = await cell(page, 'ArcFace 0.3 on refined labels')
    expect(Number.parseFloat(cleaned ?? '')).toBeGreaterThan(Number.parseFloat(original ?? ''))
  })

  it('shows the nearest neighbours of the emoji that is looked up', async () => {
    const page = await open('verification-lab/')
    await ready(page)
    await page.getByLabel('Look up').selectOption({ label: 'panda' })
    const list = page.getByRole('list', { name: /looked up/ })
    await list
      .getByRole('img', { name: /^panda, drawn by/ })
      .first()
      .waitFor()
    expect(await list.locator('li[data-row]').count()).toBe(6)
  })
})

describe('a visitor’s own embeddings', () => {
  it('are measured in the page', async () => {
    const page = await open('verification-lab/')
    await ready(page)
    const angles = [0, 0.1, 1, 1.1, 2, 2.1]
    const own = {
      embeddings: angles.map((angle) => [Math.cos(angle), Math.sin(angle)]),
      labels: ['a', 'a', 'b', 'b', 'c', 'c'],
    }
    const buffer = Buffer.from(JSON.stringify(own))
    const field = page.getByLabel('Your own embeddings')
    await field.setInputFiles({ name: 'own.json', mimeType: 'application/json', buffer })
    await page
      .getByText('0 of 12 impostor pairs')
      .or(page.getByText('of 12 impostor pairs'))
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'FAR 0.1', exact: true }).click()
    expect(await page.locator('[data-tar]').textContent()).toBe('100 %')
    expect(await page.locator('[data-far]').textContent()).toBe('0 %')
  })

  it('that cannot be read are refused with a reason, and the rest stays', async () => {
    const page = await open('verification-lab/')
    await ready(page)
    const buffer = Buffer.from('a,1,2\nb,3')
    const field = page.getByLabel('Your own embeddings')
    await field.setInputFiles({ name: 'own.csv', mimeType: 'text/csv', buffer })
    await page.getByText('own.csv: row 2 does not have 2 numbers like the first').waitFor()
    expect(await page.locator('tr[data-set]').count()).toBe(4)
  })
})
