import { arcFace, cosFace, evaluate, type Loss, sphereFaceR } from '@arcmargin/core'
import { deriveLoss } from '@arcmargin/core/backend'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { browserTests, screenshot } from './support/browser.js'

const { open } = browserTests()
const path = 'margin-explorer/'

/** T(θ) and dT/dθ by core, as the table prints them. */
const byCore = (loss: Loss, degrees: number): string[] => {
  const theta = (degrees * Math.PI) / 180
  const inputs = { ...loss.parameters, theta, cosTheta: Math.cos(theta), sinTheta: Math.sin(theta) }
  const { value, slope } = deriveLoss(loss).target
  return [value, slope].map((tree) => evaluate(tree, inputs as Record<string, number>).toFixed(3))
}

/** The numbers of a row of the table. */
const reading = (page: Page, key: string): Promise<string[]> =>
  page.locator(`tr[data-loss=${key}] td`).allTextContents()

const type = async (page: Page, label: string, value: string): Promise<void> => {
  const field = page.getByRole('spinbutton', { name: label })
  await field.fill(value)
  await field.press('Enter')
}

describe('the curves', () => {
  it('read as core computes them, at the start and after the sliders moved', async () => {
    const page = await open(path)
    expect(await reading(page, 'arcface')).toEqual(byCore(arcFace({ margin: 0.5 }), 60))
    expect(await reading(page, 'cosface')).toEqual(byCore(cosFace({ margin: 0.35 }), 60))

    await type(page, 'ArcFace', '0.8')
    await type(page, 'Scale s', '30')
    await type(page, 'Read the curves', '150')
    await page.getByLabel('Where θ + m passes π').selectOption('mirror')
    const mirrored = arcFace({ margin: 0.8, scale: 30, pastPi: 'mirror' })
    expect(await reading(page, 'arcface')).toEqual(byCore(mirrored, 150))
    const sphere = sphereFaceR({ margin: 1.35, scale: 30 })
    expect(await reading(page, 'sphereface')).toEqual(byCore(sphere, 150))
  })

  it('are drawn as they read', async () => {
    const page = await open(path)
    const line = await page.locator('.line-arcface path').first().getAttribute('d')
    const drawn = [...(line ?? '').matchAll(/([\d.-]+),([\d.-]+)/g)].map(([, x, y]) => ({
      theta: Number(x),
      target: Number(y),
    }))
    // Two points fix the axes; every other one must then lie on the curve.
    const [first, middle] = [drawn[0], drawn[240]] as [(typeof drawn)[0], (typeof drawn)[0]]
    const perDegree = (middle.theta - first.theta) / 60
    const at = (degrees: number): number => Number(byCore(arcFace(), degrees)[0])
    const perUnit = (middle.target - first.target) / (at(60) - at(0))
    for (const { theta, target } of drawn.filter((_, i) => i % 20 === 0)) {
      const value = at(0) + (target - first.target) / perUnit
      expect(Math.abs(value - at((theta - first.theta) / perDegree))).toBeLessThan(0.02)
    }
    expect(drawn.length).toBeGreaterThan(700)
  })

  it('move by keyboard', async () => {
    const page = await open(path)
    await page.getByRole('slider', { name: 'ArcFace' }).focus()
    await page.keyboard.press('ArrowRight')
    expect(await reading(page, 'arcface')).toEqual(byCore(arcFace({ margin: 0.55 }), 60))
  })
})

describe('a visitor’s margin', () => {
  it('is drawn, judged and written as code that can be copied', async () => {
    const page = await open(path)
    await page
      .getByRole('textbox', { name: 'Formula' })
      .fill('select(theta < 1, 1, 0.5) * cosTheta')
    await page.getByText('No: it jumps down by 0.2702·s at 57.30°.').waitFor()
    expect(await reading(page, 'own')).toEqual(['16.000', '-27.713'])
    await page.getByRole('tab', { name: 'Use it' }).focus()
    await page.keyboard.press('ArrowRight')
    const panel = page.getByRole('tabpanel')
    await panel.getByRole('button', { name: 'Copy code' }).click()
    await panel.getByText('Copied').waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    const run = new Function(`${copied}\nreturn targetLogit(Math.PI / 3)`)
    expect(run()).toEqual({ target: expect.closeTo(16, 9), slope: expect.closeTo(-27.713, 3) })
  })

  it('that cannot be read is pointed at, and the other curves stay', async () => {
    const page = await open(path)
    await page.getByRole('textbox', { name: 'Formula' }).fill('cos(tetha + m2)')
    await page.getByText('unknown name "tetha" at character 4').waitFor()
    expect(await page.getByText('cos(tetha + m2)\n    ^').count()).toBe(1)
    expect(await page.locator('tr[data-loss=own]').count()).toBe(0)
    expect(await reading(page, 'arcface')).toEqual(byCore(arcFace(), 60))
    await screenshot(page, 'margin-explorer-error')
  })

  it('is what a shared link shows', async () => {
    const page = await open(path)
    await page.getByRole('textbox', { name: 'Formula' }).fill('cosTheta - 0.25')
    await type(page, 'ArcFace', '0.3')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('Copied').waitFor()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    const other = await open(new URL(link).pathname.slice(1) + new URL(link).hash)
    expect(await reading(other, 'own')).toEqual(byCore(cosFace({ margin: 0.25 }), 60))
    expect(await reading(other, 'arcface')).toEqual(byCore(arcFace({ margin: 0.3 }), 60))
    await other.getByRole('button', { name: 'As in the paper' }).click()
    expect(new URL(other.url()).hash).toBe('')
  })
})

describe('the decision margins', () => {
  it('say how close a sample must come', async () => {
    const page = await open(path)
    const text = (key: string) => page.locator(`.card[data-loss=${key}] b`).textContent()
    expect(await text('softmax')).toBe('θ₁ up to 90.0°')
    expect(await text('arcface')).toBe(`θ₁ up to ${(90 - (0.5 * 180) / Math.PI).toFixed(1)}°`)
    expect(await text('cosface')).toBe(
      `θ₁ up to ${((Math.acos(0.35) * 180) / Math.PI).toFixed(1)}°`,
    )
  })
})
