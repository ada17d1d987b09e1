import { readPicture, toUrl } from './grab.js'
import type { Picture } from './model/picture.js'
import { backbone, nextId, others, type Photo, stale, type Thing, task, things } from './store.js'
import { attempt, breathe } from './task.js'

const photoOf = async (picture: Picture): Promise<Photo> => {
  if (!backbone.value) throw new Error('The net is still loading')
  return { picture, url: toUrl(picture), variants: await backbone.value.variants(picture) }
}

/** A new thing, with a name that is free. */
export const addThing = (name?: string): Thing => {
  const taken = new Set(things.value.map((thing) => thing.name))
  let number = things.value.length + 1
  while (taken.has(`thing ${number}`)) number++
  const thing: Thing = { id: nextId(), name: name ?? `thing ${number}`, photos: [] }
  things.value = [...things.value, thing]
  stale.value = true
  return thing
}

const replace = (id: number, change: (thing: Thing) => Thing): void => {
  things.value = things.value.map((thing) => (thing.id === id ? change(thing) : thing))
  stale.value = true
}

export const rename = (id: number, name: string): void =>
  replace(id, (thing) => ({ ...thing, name }))

export const removeThing = (id: number): void => {
  things.value = things.value.filter((thing) => thing.id !== id)
  stale.value = true
}

/** Adds a picture to a thing, or to everything else where `id` is undefined. */
export const addPicture = async (id: number | undefined, picture: Picture): Promise<void> => {
  const photo = await photoOf(picture)
  if (id === undefined) {
    others.value = [...others.value, photo]
    stale.value = true
  } else replace(id, (thing) => ({ ...thing, photos: [...thing.photos, photo] }))
}

export const removePicture = (id: number | undefined, removed: Photo): void => {
  const without = (photos: readonly Photo[]) => photos.filter((photo) => photo !== removed)
  if (id === undefined) {
    others.value = without(others.value)
    stale.value = true
  } else replace(id, (thing) => ({ ...thing, photos: without(thing.photos) }))
}

/** Adds picture files. */
export const addFiles = (id: number | undefined, files: readonly File[]): Promise<void> =>
  attempt('Reading pictures …', async () => {
    for (const [i, file] of files.entries()) {
      await addPicture(id, await readPicture(file))
      task.value = { text: 'Reading pictures …', done: (i + 1) / files.length }
      await breathe()
    }
  })
