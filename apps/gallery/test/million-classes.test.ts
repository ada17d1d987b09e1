import { marginLoss } from '@arcmargin/core/head'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { startingWeights } from '../../million-classes/src/task/identities.js'
import { dimension, loss } from '../../million-classes/src/task/job.js'
import { Schedule } from '../../million-classes/src/task/schedule.js'
import {
  accessibilityFaults,
  browserTests,
  looks,
  overflow,
  screenshot,
} from './support/browser.js'

const path = 'million-classes/'

/** A GPU in software takes its time. */
const patient = { timeout: 150_000 }

/** The loss of the first step, by core, from the same class weights and embeddings. */
const lossByCore = (classes: number): number => {
  const classWeights = new Float32Array(classes * dimension)
  for (const { first, weights } of startingWeights(classes)) {
    classWeights.set(weights, first * dimension)
  }
  const { embeddings, labels } = new Schedule(classes).at(0)
  return marginLoss(loss, { embeddings, classWeights, labels, dimension }).loss
}

const number = async (page: Page, name: string): Promise<number> => {
  const text = (await page.locator(`[data-${name}]`).textContent()) ?? ''
  return Number.parseFloat(text.replaceAll(',', ''))
}

const run = async (page: Page, key: string): Promise<string[]> =>
  page.locator(`tr[data-run=${key}] td`).allTextContents()

/** Sets the number of classes as a person would type it, and waits for the new head. */
const choose = async (page: Page, classes: number): Promise<void> => {
  const field = page.getByRole('spinbutton', { name: /^Classes, from/ })
  await field.fill(String(classes))
  await field.press('Enter')
  await page.locator(`canvas[data-classes="${classes}"]`).waitFor()
  await page.getByRole('button', { name: 'Train' }).and(page.locator(':enabled')).waitFor()
}

/** Trains until so many steps are done, and pauses. */
const train = async (page: Page, steps: number): Promise<void> => {
  await page.getByRole('button', { name: 'Train' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => number(page, 'steps'), patient).toBeGreaterThanOrEqual(steps)
  await page.keyboard.press('Enter')
  await page.locator('form[aria-busy=false]').waitFor(patient)
}

/** Puts code in front of a worker of the page. */
const before = async (page: Page, worker: RegExp, code: string): Promise<void> => {
  await page.route(worker, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: code + (await response.text()) })
  })
}

describe('with a GPU', () => {
  const { open } = browserTests(['--enable-unsafe-webgpu'])

  it('learns identities: the first loss is core’s, new pictures are recognised, the map fills', async () => {
    const page = await open(path)
    await choose(page, 1000)
    await train(page, 24)
    const first = Number((await run(page, 'head'))[4])
    expect(first).toBeCloseTo(lossByCore(1000), 3)
    expect(await number(page, 'loss')).toBeLessThan(first)
    expect(await number(page, 'rank-seen')).toBeGreaterThan(90)
    // Three rounds of 7 steps with all identities but those that fill no batch.
    expect(await number(page, 'state=unseen')).toBeLessThan(40)
    expect(await number(page, 'state=recognised')).toBeGreaterThan(60)
    // 1000 class weights of 64 numbers in float32, and the head's other buffers.
    const bytes = Number(await page.locator('[data-memory]').getAttribute('data-memory'))
    expect(bytes).toBeGreaterThan(256_000)
    await screenshot(page, 'million-classes-trained')
    await page.getByRole('button', { name: 'Reset' }).click()
    await expect.poll(() => number(page, 'steps'), patient).toBe(0)
    expect(await number(page, 'state=unseen')).toBe(1000)
  })

  it('lets plain TensorFlow.js do the same beside it, with the same first loss', async () => {
    const page = await open(path)
    await choose(page, 1500)
    await page.getByLabel('plain TensorFlow.js beside it').check()
    await train(page, 1)
    await expect.poll(async () => (await run(page, 'plain'))[5], patient).toBe('trains')
    const [head, plain] = [await run(page, 'head'), await run(page, 'plain')]
    expect(Number(plain[4])).toBeCloseTo(lossByCore(1500), 3)
    expect(Number(head[4])).toBeCloseTo(lossByCore(1500), 3)
    expect(plain[0]).toMatch(/ (ms|s)$/)
    expect(plain[1]).toMatch(/ [MG]B$/)
    await screenshot(page, 'million-classes-beside')
  })

  it('shows how TensorFlow.js fails, and goes on', async () => {
    const page = await open(path)
    // A device that refuses what is larger than a quarter of an N×C array.
    const refusing = `const { prototype } = GPUDevice
      const { createBuffer } = prototype
      prototype.createBuffer = function (made) {
        return createBuffer.call(this, made.size > 2 ** 18 ? { ...made, size: 2 ** 40 } : made)
      }\n`
    await before(page, /plain-worker.*\.js$/, refusing)
    await choose(page, 2000)
    await page.getByLabel('plain TensorFlow.js beside it').check()
    await train(page, 1)
    await expect
      .poll(async () => (await run(page, 'plain'))[5], patient)
      .toMatch(/^failed: .*size/s)
    const steps = await number(page, 'steps')
    await train(page, steps + 1)
    expect((await run(page, 'head'))[5]).toBe('trains')
  })

  it('says that the GPU was lost in the middle of a run, and starts again on a new one', async () => {
    const page = await open(path)
    const losing = `const { prototype } = GPUAdapter
      const { requestDevice } = prototype
      prototype.requestDevice = async function (...asked) {
        const device = await requestDevice.apply(this, asked)
        new BroadcastChannel('gpu').onmessage = () => device.destroy()
        return device
      }\n`
    await before(page, /head-worker.*\.js$/, losing)
    await page.reload({ waitUntil: 'networkidle' })
    await choose(page, 1000)
    await page.getByRole('button', { name: 'Train' }).click()
    await expect.poll(() => number(page, 'steps'), patient).toBeGreaterThanOrEqual(1)
    await page.evaluate(() => new BroadcastChannel('gpu').postMessage('lose'))
    const alert = page.getByRole('alert')
    await alert.waitFor(patient)
    expect(await alert.textContent()).toMatch(/^The GPU was lost: .* start again with Reset\.$/)
    await page.locator('form[aria-busy=false]').waitFor()
    expect(await page.getByRole('button', { name: 'Train' }).isDisabled()).toBe(true)
    await screenshot(page, 'million-classes-lost')
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('button', { name: 'Train' }).and(page.locator(':enabled')).waitFor()
    expect(await alert.count()).toBe(0)
    await train(page, 1)
    expect(Number((await run(page, 'head'))[4])).toBeCloseTo(lossByCore(1000), 3)
  })

  it('says that the GPU has no room and for how many bytes, and goes on with fewer classes', async () => {
    const page = await open(path)
    const full = `const { prototype } = GPUDevice
      const { createBuffer, popErrorScope } = prototype
      let bytes = 0
      prototype.createBuffer = function (made) {
        bytes = made.size
        return createBuffer.call(this, made)
      }
      prototype.popErrorScope = async function () {
        const isTooMuch = bytes > 2 ** 20
        const error = await popErrorScope.call(this)
        return isTooMuch ? new GPUOutOfMemoryError('no room') : error
      }\n`
    await before(page, /head-worker.*\.js$/, full)
    await page.reload({ waitUntil: 'networkidle' })
    const alert = page.getByRole('alert')
    await alert.waitFor()
    // The page opens with 10 000 classes of 256 bytes.
    expect(await alert.textContent()).toMatch(
      /out of memory: buffer "class weights" needs 2560000 bytes\. Choose fewer classes/,
    )
    expect(await page.getByRole('button', { name: 'Train' }).isDisabled()).toBe(true)
    await choose(page, 1000)
    expect(await alert.count()).toBe(0)
    await train(page, 1)
    expect(Number((await run(page, 'head'))[4])).toBeCloseTo(lossByCore(1000), 3)
  })

  it('goes with its slider up to what the device allows, and shows the bytes', async () => {
    const page = await open(path)
    const slider = page.getByRole('slider', { name: /^Classes, from/ })
    await slider.focus()
    await page.keyboard.press('Home')
    await page.getByText('Their weights take 0.256 MB').waitFor()
    expect(await slider.getAttribute('aria-valuetext')).toBe('1,000 classes')
    const label = (await page.locator('label[for$=range]').textContent()) ?? ''
    const most = Number(/to the ([\d,]+) that/.exec(label)?.[1]?.replaceAll(',', ''))
    // Chromium's driver in software allows buffers of 1 GiB: 256 bytes a class.
    expect(most).toBe(2 ** 30 / 256)
  })

  it.each(looks)('has no faults of accessibility, $scheme and $name', async (look) => {
    const page = await open(path, look)
    await train(page, 2)
    await screenshot(page, `million-classes-gpu-${look.scheme}-${look.name}`)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })
})

describe('without a GPU', () => {
  const { open } = browserTests()

  it('says so, and how to get one', async () => {
    const page = await open(path)
    await page.getByRole('heading', { name: 'This browser offers no WebGPU' }).waitFor()
    expect(await page.getByRole('button', { name: 'Train' }).count()).toBe(0)
    expect(await page.locator('[data-no-gpu]').textContent()).toContain('--enable-unsafe-webgpu')
  })
})
