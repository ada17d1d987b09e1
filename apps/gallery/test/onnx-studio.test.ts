import { readFileSync } from 'node:fs'
import { arcFace } from '@arcmargin/core'
import { type DecodedModel, decodeModel, exportTrainingStep } from '@arcmargin/onnx'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { browserTests, screenshot } from './support/browser.js'

const { open } = browserTests()
const path = 'onnx-studio/'

/** What a button's download holds. */
const download = async (page: Page, name: string): Promise<Uint8Array> => {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).click(),
  ])
  return readFileSync(await file.path())
}

/** Every operator with what it reads and gives. */
const wiringOf = ({ graph }: DecodedModel): string[] =>
  graph.node.map(({ opType, input, output }) => `${opType}: ${input} → ${output}`)

const number = async (page: Page, field: string): Promise<number> =>
  Number.parseFloat((await page.locator(`[data-${field}]`).textContent()) ?? '')

describe('the graph', () => {
  it('is drawn by its parts, a part by its operators, and a loop by its body', async () => {
    const page = await open(path)
    const drawing = page.getByRole('img', { name: /boxes and/ })
    expect(await drawing.textContent()).toContain('classWeights.next')
    const parts = page.getByRole('navigation', { name: 'Parts of the graph' })
    await parts.getByRole('button', { name: 'forward' }).click()
    await page.getByRole('img', { name: /^Operators of forward/ }).waitFor()
    await page.getByRole('button', { name: /^Open forward\/Scan/ }).click()
    await page.getByRole('img', { name: /^The loop over blocks/ }).waitFor()
    await screenshot(page, 'onnx-studio-loop')
    await parts.getByRole('button', { name: 'Whole graph' }).click()
    await page.locator('.drawing .opens', { hasText: 'backward' }).click()
    await page.getByRole('img', { name: /^Operators of backward/ }).waitFor()
  })

  it('is the file that is downloaded', async () => {
    const page = await open(path)
    const loss = arcFace({ margin: 0.3, scale: 16 })
    const { model } = exportTrainingStep(loss, {
      dimension: 32,
      classes: 48,
      blockSize: 16,
      keepLogits: true,
      optimizer: { kind: 'sgd', momentum: 0.9 },
    })
    const found = decodeModel(await download(page, 'Download training-step.onnx'))
    expect(wiringOf(found)).toEqual(wiringOf(model))
    const metadata = found.metadataProps.map(({ value }) => value)
    expect(metadata).toContain(JSON.stringify(loss))
  })

  it('of a formula that cannot be read is pointed at, and the last one stays', async () => {
    const page = await open(path)
    await page.getByRole('combobox', { name: 'Loss' }).selectOption('Your own')
    await page.getByRole('textbox', { name: 'Formula' }).fill('cos(tetha + m)')
    await page.getByText('unknown name "tetha" at character 4').waitFor()
    expect(await page.getByRole('img', { name: /boxes and/ }).count()).toBe(1)
    await screenshot(page, 'onnx-studio-error')
  })
})

describe('the run', () => {
  it('lowers the loss, moves neighbours, and gives a classifier', async () => {
    const page = await open(path)
    const query = page.getByLabel('Look up a drawing')
    await query.selectOption({ index: 9 })
    const rows = () =>
      page.locator('[data-row]').evaluateAll((all) => all.map((one) => one.textContent))
    const before = await rows()
    await page.getByRole('button', { name: 'One step' }).click()
    await expect.poll(() => number(page, 'steps'), { timeout: 60_000 }).toBe(1)
    const first = await number(page, 'loss')
    await page.getByRole('button', { name: '100 steps' }).click()
    await expect.poll(() => number(page, 'steps'), { timeout: 120_000 }).toBeGreaterThan(25)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'One step' }).and(page.locator(':enabled')).waitFor()
    expect(await number(page, 'loss')).toBeLessThan(first / 4)
    expect(await number(page, 'rank1')).toBeGreaterThan(await number(page, 'before'))
    expect(await rows()).not.toEqual(before)
    await screenshot(page, 'onnx-studio-trained')

    const { graph } = decodeModel(await download(page, 'Download classifier.onnx'))
    expect(graph.input.map(({ name }) => name)).toEqual(['features'])
    expect(graph.output.map(({ name }) => name)).toEqual(['embedding', 'topScores', 'topClasses'])
  })
})

describe('a backbone', () => {
  it('gets the head behind it, and ONNX Runtime loads both', async () => {
    const page = await open(path)
    const classifier = await download(page, 'Download classifier.onnx')
    await page.getByLabel('Your model').setInputFiles({
      name: 'own.onnx',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(classifier),
    })
    await page.getByRole('button', { name: 'Attach the head' }).click()
    await page.getByText(/ONNX Runtime has loaded it. Inputs: features, labels/).waitFor()
    const joint = decodeModel(await download(page, 'Download backbone-with-head.onnx'))
    expect(joint.graph.output.map(({ name }) => name)).toContain('classWeights.next')
    await page.locator('.drawing .opens', { hasText: 'backbone' }).waitFor()
  })

  it('that is none is refused with a reason', async () => {
    const page = await open(path)
    const buffer = Buffer.from('not a model')
    const field = page.getByLabel('Your model')
    await field.setInputFiles({ name: 'x.onnx', mimeType: 'application/octet-stream', buffer })
    await page.getByText(/^x.onnx: the model .*allowed: the bytes of an ONNX file$/).waitFor()
  })
})
