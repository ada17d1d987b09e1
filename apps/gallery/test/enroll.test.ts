import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cosineScores } from '@arcmargin/core/head'
import { describe, expect, it } from 'vitest'
import { learn } from '../../enroll/src/model/learn.js'
import { readFile } from '../../enroll/src/model/onnx/file.js'
import { recognise } from '../../enroll/src/model/recogniser.js'
import { chooseThreshold } from '../../enroll/src/model/threshold.js'
import { kept } from '../../enroll/test/emoji.js'
import { net } from '../../enroll/test/net.js'
import { accessibilityFaults, browserTests, screenshot } from './support/browser.js'
import { film } from './support/emoji.js'
import {
  addThing,
  answersOf,
  drop,
  learnThem,
  meansModel,
  openFile,
  ready,
  save,
  scoresByRuntime,
  teach,
  teachers,
} from './support/enroll.js'

const path = 'enroll/'
const taught = ['panda', 'guitar', 'pineapple']
const strangers = ['taco', 'anchor', 'crown', 'bicycle', 'sushi', 'duck', 'tulip', 'bomb']
const asked = [
  ['panda', 4],
  ['guitar', 4],
  ['ambulance', 4],
] as const

const filmed = join(mkdtempSync(join(tmpdir(), 'arcmargin-')), 'snail.y4m')
writeFileSync(filmed, await film('snail', 0))
const { open } = browserTests([
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${filmed}`,
])

describe('dropped pictures', () => {
  it('are learned, recognised, saved and opened with the numbers of core and ONNX Runtime', async () => {
    const page = await open(path)
    await teach(page, taught)
    await drop(
      page,
      'Pictures of anything else:',
      strangers.map((emoji) => [emoji, 0]),
    )
    await learnThem(page)
    await drop(page, 'What is this?', asked)
    const answers = await answersOf(page)
    await screenshot(page, 'enroll-taught')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(answers.slice(0, 2).map(({ said }) => said)).toEqual(['panda', 'guitar'])

    // The same lessons outside of the page.
    const variants = async (emoji: string, vendor: number) =>
      net.variants(await kept(emoji, vendor))
    const { recogniser, trials } = await learn({
      things: await Promise.all(
        taught.map(async (name) => ({
          name,
          pictures: await Promise.all(teachers.map((vendor) => variants(name, vendor))),
        })),
      ),
      others: await Promise.all(strangers.map((emoji) => variants(emoji, 0))),
      dimension: net.dimension,
    })
    const point = chooseThreshold(trials, 0.05)
    const threshold = Number(await page.locator('[data-threshold]').textContent())
    expect(threshold).toBeCloseTo(point?.threshold ?? Number.NaN, 3)
    expect(await page.locator('[data-far]').textContent()).toBe(
      `${point?.falseAccepts} of ${point?.impostors}`,
    )

    // The file's class weights in core, and the file itself in ONNX Runtime.
    const file = await save(page)
    const saved = readFile(file).recogniser
    expect(saved.names).toEqual(taught)
    expect(saved.threshold).toBeCloseTo(threshold, 3)
    for (const [i, [emoji, vendor]] of asked.entries()) {
      const picture = await kept(emoji, vendor)
      const embedding = await net.embed(picture)
      const embeddings = embedding.map((value, d) => value - (recogniser.mean[d] as number))
      const { classWeights, dimension } = saved
      const byCore = cosineScores({ embeddings, classWeights, dimension })
      const { known } = recognise(saved, embedding)
      expect(answers[i]?.said).toBe(known === undefined ? '' : taught[known])
      const byRuntime = await scoresByRuntime(file, picture, ['pictures', 32])
      for (const [thing, name] of taught.entries()) {
        const shown = answers[i]?.scores[name] ?? Number.NaN
        expect(Math.abs(shown - (byCore[thing] as number))).toBeLessThan(1e-4)
        expect(Math.abs(shown - (byRuntime[thing] as number))).toBeLessThan(1e-4)
      }
    }

    // Opened in a page that knows nothing, and taught one thing more there.
    const other = await open(path)
    await openFile(other, file)
    await drop(other, 'What is this?', asked)
    expect(await answersOf(other)).toEqual(answers)
    await teach(other, ['fire'])
    await learnThem(other)
    await drop(other, 'What is this?', [...asked, ['fire', 4]])
    const said = (await answersOf(other)).map((answer) => answer.said)
    expect([said[0], said[1], said[3]]).toEqual(['panda', 'guitar', 'fire'])
  })

  it('that are none are refused with a reason', async () => {
    const page = await open(path)
    await addThing(page, 'mug')
    const buffer = Buffer.from('no picture')
    await page
      .getByLabel('Pictures of mug:')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer })
    await page.getByText('a.png is not a picture that this browser can read').waitFor()
    await learnThem(page)
    await page.getByText('mug has no pictures yet').waitFor()
    const field = page.getByLabel('Open a file that was saved here')
    await field.setInputFiles({ name: 'b.onnx', mimeType: 'application/octet-stream', buffer })
    await page.getByRole('alert').filter({ hasText: /./ }).waitFor()
    expect(await page.locator('[data-thing=mug]').count()).toBe(1)
  })
})

describe('the emoji to start with', () => {
  it('are learned and asked about at one press', async () => {
    const page = await open(path)
    await page.getByRole('button', { name: 'Start with some emoji' }).click()
    await expect.poll(() => page.locator('[data-answer]').count(), { timeout: 120_000 }).toBe(8)
    const said = (await answersOf(page)).map((answer) => answer.said)
    const right = ['panda', 'guitar', 'pineapple', 'fire', 'snail', '', '', '']
    expect(said.filter((name, i) => name !== '' && name !== right[i])).toEqual([])
    expect(said.filter((name, i) => name === right[i]).length).toBeGreaterThanOrEqual(6)
    await screenshot(page, 'enroll-emoji')
  })
})

describe('the camera', () => {
  it('teaches a thing, which is then recognised live, and unknown once it is forgotten', async () => {
    const page = await open(path, { permissions: ['camera'] })
    await teach(page, taught.slice(0, 2))
    await drop(
      page,
      'Pictures of anything else:',
      strangers.map((emoji) => [emoji, 0]),
    )
    await page.getByRole('button', { name: 'Turn the camera on' }).click()
    await page.getByRole('button', { name: 'Turn the camera off' }).waitFor()
    await addThing(page, 'snail')
    await page.getByRole('button', { name: 'Take 10 pictures of snail' }).click()
    await ready(page)
    expect(await page.locator('[data-thing=snail] img').count()).toBe(10)
    await learnThem(page)
    await page.locator('[data-live=snail]').waitFor()
    await screenshot(page, 'enroll-camera')

    await page.getByRole('button', { name: 'Remove snail', exact: true }).click()
    await learnThem(page)
    await page.locator('[data-live=""]').waitFor()
    await page.getByRole('button', { name: 'Turn the camera off' }).click()
    await page.getByRole('button', { name: 'Turn the camera on' }).waitFor()
  })
})

describe('a visitor’s backbone', () => {
  it('makes the embeddings, and is part of the saved file', async () => {
    const page = await open(path)
    await page.getByLabel('Its pixels are').selectOption('unit')
    const buffer = Buffer.from(meansModel())
    await page
      .getByLabel('Backbone:')
      .setInputFiles({ name: 'means.onnx', mimeType: 'application/octet-stream', buffer })
    await page.locator('[data-backbone]').filter({ hasText: 'means.onnx' }).waitFor()
    await ready(page)
    await teach(page, taught)
    await learnThem(page)
    await drop(page, 'What is this?', asked)
    const answers = await answersOf(page)
    const file = await save(page)
    for (const [i, [emoji, vendor]] of asked.entries()) {
      const scores = await scoresByRuntime(file, await kept(emoji, vendor), ['image', 64])
      for (const [thing, name] of taught.entries()) {
        expect(
          Math.abs((answers[i]?.scores[name] ?? Number.NaN) - (scores[thing] as number)),
        ).toBeLessThan(1e-4)
      }
    }
    const other = await open(path)
    await openFile(other, file)
    await drop(other, 'What is this?', asked)
    expect(await answersOf(other)).toEqual(answers)
  })
})
