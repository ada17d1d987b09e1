import { readFileSync } from 'node:fs'
import { encodeModel, makeNode, makeTensorValueInfo } from '@arcmargin/onnx'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Page } from 'playwright'
import { type Picture, scaled } from '../../../enroll/src/model/picture.js'
import { drawingFile } from './emoji.js'

/** Waits until the page has done what it does. */
export const ready = (page: Page): Promise<void> =>
  page.waitForFunction(() => !document.querySelector('[data-status]:not(:empty)')).then(() => {})

/** Adds a thing and names it. */
export const addThing = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: 'Add a thing' }).click()
  const field = page.getByRole('textbox', { name: /^Name of thing/ })
  await field.fill(name)
  await field.press('Enter')
}

/** Drops drawings on the field with this label. */
export const drop = async (
  page: Page,
  label: string,
  files: readonly (readonly [string, number])[],
) => {
  const buffers = await Promise.all(files.map(([emoji, vendor]) => drawingFile(emoji, vendor)))
  await page.getByLabel(label).setInputFiles(buffers)
  await ready(page)
}

/** Drawings by the first vendors, from which things are learned. */
export const teachers = [0, 1, 2, 3]

/** Adds things with four drawings each. */
export const teach = async (page: Page, things: readonly string[]): Promise<void> => {
  for (const name of things) {
    await addThing(page, name)
    await drop(
      page,
      `Pictures of ${name}:`,
      teachers.map((vendor) => [name, vendor]),
    )
  }
}

/** Presses the button. */
export const learnThem = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Learn \d/ }).click()
  await ready(page)
}

/** The scores of each answer by name, as the page prints them. */
export const answersOf = (
  page: Page,
): Promise<{ said: string; scores: Record<string, number> }[]> =>
  page.locator('[data-answer]').evaluateAll((cards) =>
    cards.map((card) => ({
      said: card.getAttribute('data-answer') ?? '',
      scores: Object.fromEntries(
        [...card.querySelectorAll('[data-score]')].map((row) => [
          row.getAttribute('data-score') ?? '',
          Number(row.lastElementChild?.textContent),
        ]),
      ),
    })),
  )

/** Saves what was learned. */
export const save = async (page: Page): Promise<Uint8Array<ArrayBuffer>> => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save my-things.onnx' }).click(),
  ])
  return new Uint8Array(readFileSync(await download.path()))
}

/** Opens a saved file. */
export const openFile = async (page: Page, file: Uint8Array): Promise<void> => {
  const buffer = Buffer.from(file)
  const field = page.getByLabel('Open a file that was saved here')
  await field.setInputFiles({
    name: 'my-things.onnx',
    mimeType: 'application/octet-stream',
    buffer,
  })
  await ready(page)
}

/** Runs a saved file on a picture in ONNX Runtime. */
export const scoresByRuntime = async (
  file: Uint8Array,
  picture: Picture,
  [name, size]: readonly [string, number],
): Promise<Float32Array> => {
  const rgb = scaled(picture, size, size)
  const planes = Float32Array.from(rgb, (_, i) => {
    const [channel, pixel] = [Math.floor(i / (size * size)), i % (size * size)]
    return (rgb[3 * pixel + channel] as number) / 255
  })
  const session = await InferenceSession.create(file)
  const results = await session.run({ [name]: new Tensor('float32', planes, [1, 3, size, size]) })
  await session.release()
  return results['scores']!.data as Float32Array
}

/** Means of 16×16 pixels as a backbone: [1, 3, 64, 64] to 48 numbers. */
export const meansModel = (): Uint8Array =>
  encodeModel({
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: {
      name: 'means',
      input: [makeTensorValueInfo('image', [1, 3, 64, 64])],
      output: [makeTensorValueInfo('feature', [1, 48])],
      node: [
        makeNode('AveragePool', ['image'], 'means', { kernel_shape: [16, 16], strides: [16, 16] }),
        makeNode('Flatten', ['means'], 'feature'),
      ],
    },
  })
