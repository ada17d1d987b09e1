import { readFile } from 'node:fs/promises'
import type { Loss } from '@arcmargin/core'
import { marginLoss, topK } from '@arcmargin/core/head'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { browserTests, screenshot } from './support/browser.js'

const { open } = browserTests()

/** A machine with other work takes its time. */
const patient = { timeout: 150_000 }

/** What the page saves. */
interface Saved {
  readonly embeddings: number[][]
  readonly classWeights: number[][]
  /** Of softmax alone. */
  readonly biases?: number[]
  readonly labels: number[]
  readonly loss: Loss
}

const save = async (page: Page, title: string): Promise<Saved> => {
  await page.getByLabel('Features of', { exact: true }).selectOption({ label: title })
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as JSON' }).click(),
  ])
  return JSON.parse(await readFile(await download.path(), 'utf8'))
}

/** Trains some steps by keyboard and waits until the last one is drawn. */
const train = async (page: Page, steps: number): Promise<void> => {
  await page.getByRole('button', { name: 'Train' }).focus()
  await page.keyboard.press('Enter')
  await expect
    .poll(async () => Number(await page.locator('[data-step]').getAttribute('data-step')), patient)
    .toBeGreaterThanOrEqual(steps)
  await page.keyboard.press('Enter')
  await page.locator('form[aria-busy=false]').waitFor()
}

const row = (page: Page, key: string): Promise<string[]> =>
  page.locator(`tr[data-loss=${key}] td`).allTextContents()

const number = (text: string | undefined): number => Number.parseFloat(text ?? '')

/** Accuracy in percent and mean loss of what was saved, by core. A bias is the weight of one more input, which is always 1. */
const byCore = ({ embeddings, classWeights, biases, labels, loss }: Saved) => {
  const inputs = biases ? embeddings.map((row) => [...row, 1]) : embeddings
  const weights = biases ? classWeights.map((row, c) => [...row, biases[c] ?? 0]) : classWeights
  const batch = {
    embeddings: Float64Array.from(inputs.flat()),
    classWeights: Float64Array.from(weights.flat()),
    dimension: inputs[0]?.length ?? 0,
  }
  const logits = inputs.map((row) =>
    weights.map((weight) => weight.reduce((sum, value, d) => sum + value * (row[d] ?? 0), 0)),
  )
  const best = biases
    ? logits.map((row) => row.indexOf(Math.max(...row)))
    : Array.from(topK(batch, 1).classes)
  const right = labels.filter((label, i) => best[i] === label).length
  return {
    accuracy: (100 * right) / labels.length,
    loss: marginLoss(loss, { ...batch, labels }).loss,
  }
}

/** The mean gap in degrees on the circle, from sorted angles: what lies between the 95 % of two neighbours. */
const meanGapOf = ({ embeddings, labels }: Saved): number => {
  const turn = 2 * Math.PI
  const classes = Array.from({ length: 8 }, (_, digit) => {
    const angles = embeddings.flatMap(([x = 0, y = 0], i) =>
      labels[i] === digit ? [Math.atan2(y, x)] : [],
    )
    const sum = (of: (angle: number) => number) => angles.reduce((all, one) => all + of(one), 0)
    const center = Math.atan2(sum(Math.sin), sum(Math.cos))
    const offsets = angles
      .map((angle) => angle - center - turn * Math.round((angle - center) / turn))
      .sort((a, b) => a - b)
    const at = (share: number): number => {
      const place = share * (offsets.length - 1)
      const [low, high] = [offsets[Math.floor(place)] ?? 0, offsets[Math.ceil(place)] ?? 0]
      return low + (high - low) * (place % 1)
    }
    return { center, from: center + at(0.05), to: center + at(0.95) }
  }).sort((a, b) => a.center - b.center)
  const gaps = classes.map(({ to }, i) => {
    const next = classes[(i + 1) % 8]
    return (next?.from ?? 0) + (i === 7 ? turn : 0) - to
  })
  return (gaps.reduce((all, gap) => all + gap, 0) / 8) * (180 / Math.PI)
}

describe('training in the page', () => {
  it('shows what core computes from the same features', async () => {
    const page = await open('hypersphere/')
    expect(await page.getByLabel('on', { exact: true }).inputValue()).toBe('wasm')
    const before = (await row(page, 'arcface')).map(number)
    await train(page, 12)
    await page.getByLabel('dots are').selectOption({ label: 'digits it never saw' })
    await screenshot(page, 'hypersphere-trained')
    for (const [key, title] of [
      ['softmax', 'Softmax'],
      ['normface', 'NormFace'],
      ['arcface', 'ArcFace'],
      ['combined', 'Combined'],
    ] as const) {
      const saved = await save(page, title)
      const [accuracy, gap, , , , loss] = (await row(page, key)).map(number)
      const expected = byCore(saved)
      expect(accuracy).toBeCloseTo(expected.accuracy, 0)
      expect(loss).toBeCloseTo(expected.loss, 3)
      expect(gap).toBeCloseTo(meanGapOf(saved), 0)
    }
    const after = (await row(page, 'arcface')).map(number)
    expect(after[0]).toBeGreaterThan(before[0] ?? 100)
    expect(after[5]).toBeLessThan(before[5] ?? 0)
  })

  it('takes a margin from its slider at once', async () => {
    const page = await open('hypersphere/')
    const before = await row(page, 'arcface')
    const slider = page.getByRole('spinbutton', { name: 'm2, ArcFace' })
    await slider.fill('0.5')
    await slider.press('Enter')
    await expect.poll(() => row(page, 'arcface'), patient).not.toEqual(before)
    const saved = await save(page, 'ArcFace')
    expect(saved.loss.parameters['margin']).toBe(0.5)
    expect(number((await row(page, 'arcface'))[5])).toBeCloseTo(byCore(saved).loss, 3)
    await page.getByText('16·cos(θ + 0.5)', { exact: true }).waitFor()
  })

  it('trains on WebGL what core computes', async () => {
    const page = await open('hypersphere/')
    const backend = page.getByLabel('on', { exact: true })
    await backend.selectOption('webgl')
    await page.getByRole('button', { name: 'Train' }).and(page.locator(':enabled')).waitFor()
    await train(page, 1)
    expect(await backend.inputValue()).toBe('webgl')
    const saved = await save(page, 'ArcFace')
    expect(number((await row(page, 'arcface'))[5])).toBeCloseTo(byCore(saved).loss, 3)
  })

  it('says so where a backend is not there, and goes on with another', async () => {
    const page = await open('hypersphere/')
    const backend = page.getByLabel('on', { exact: true })
    await backend.selectOption('webgpu')
    await page.getByText('TensorFlow.js cannot use webgpu on this device.').waitFor()
    await page.getByRole('button', { name: 'Train' }).and(page.locator(':enabled')).waitFor()
    expect(await backend.inputValue()).toBe('wasm')
  })

  it('goes to the sphere, which turns, and starts anew', async () => {
    const page = await open('hypersphere/')
    await page.getByRole('button', { name: 'Sphere, 3-D' }).click()
    await page.getByText('On the sphere each class').waitFor()
    const picture = page.locator('article[data-loss=arcface] canvas')
    const drawn = () => picture.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    const first = await drawn()
    await page.getByRole('slider', { name: 'turn' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(drawn, patient).not.toBe(first)
    await screenshot(page, 'hypersphere-sphere')
    const saved = await save(page, 'ArcFace')
    expect(saved.embeddings[0]?.length).toBe(3)
    await page.getByRole('button', { name: 'Reset' }).click()
    await expect
      .poll(async () => (await save(page, 'ArcFace')).embeddings[0], patient)
      .not.toEqual(saved.embeddings[0])
  })
})
