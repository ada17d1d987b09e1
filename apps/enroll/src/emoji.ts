import sheetUrl from '@arcmargin/verification-lab/data/pictures.webp?url'
import set from '@arcmargin/verification-lab/data/set.json'
import { grab } from './grab.js'
import { ask, learnAll } from './lessons.js'
import type { Picture } from './model/picture.js'
import { things } from './store.js'
import { attempt } from './task.js'
import { addPicture, addThing } from './things.js'

const side = 32
const taught = ['panda', 'guitar', 'pineapple', 'fire', 'snail']
const strangers = [
  ['taco', 'anchor', 'crown', 'bicycle', 'sushi'],
  ['mushroom', 'violin', 'bomb', 'tulip', 'duck'],
].flat()
const askedStrangers = ['skull', 'frog', 'ambulance']

/** Four vendors' drawings teach, a fifth's are asked about. */
const teachers = ['noto', 'noto-v1', 'twemoji', 'fluent-emoji-flat']
const asked = 'emojione'

/** Emoji that the net of this page never saw, to try the page without a camera. */
export const startWithEmoji = async (): Promise<void> => {
  let drawing: (emoji: string, vendor: string) => Picture = () => {
    throw new Error('the emoji are not loaded')
  }
  await attempt('Drawing emoji …', async () => {
    const response = await fetch(sheetUrl)
    if (!response.ok) throw new Error(`The emoji could not be loaded: ${response.statusText}`)
    const sheet = await createImageBitmap(await response.blob())
    drawing = (emoji, vendor) =>
      grab(sheet, {
        left: side * set.vendors.indexOf(vendor),
        top: side * set.emoji.indexOf(emoji),
        size: side,
      })
    for (const name of taught) {
      const { id } = addThing(name)
      for (const vendor of teachers) await addPicture(id, drawing(name, vendor))
    }
    for (const name of strangers) {
      for (const vendor of teachers.slice(0, 2)) await addPicture(undefined, drawing(name, vendor))
    }
  })
  if (things.value.length < taught.length) return
  await learnAll()
  await ask(async () => [...taught, ...askedStrangers].map((name) => drawing(name, asked)))
}
