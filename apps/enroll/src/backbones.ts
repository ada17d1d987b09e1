import type { Backbone } from './model/backbone.js'
import type { Recogniser } from './model/recogniser.js'
import {
  answers,
  backbone,
  learned,
  nextId,
  opened,
  others,
  type Photo,
  stale,
  type Thing,
  things,
} from './store.js'

/** Uses another backbone from now on; pictures are read again, what was learned is forgotten. */
export const changeBackbone = async (next: Backbone): Promise<void> => {
  const reread = async (photos: readonly Photo[]): Promise<Photo[]> => {
    const read: Photo[] = []
    for (const photo of photos)
      read.push({ ...photo, variants: await next.variants(photo.picture) })
    return read
  }
  const withPhotos = things.value.filter(({ photos }) => photos.length > 0)
  const changed: Thing[] = []
  for (const { id, name, photos } of withPhotos)
    changed.push({ id, name, photos: await reread(photos) })
  const rest = await reread(others.value)
  things.value = changed
  others.value = rest
  backbone.value = next
  learned.value = undefined
  opened.value = undefined
  answers.value = []
  stale.value = changed.length > 0
}

/** Takes over what a file holds. */
export const open = (next: Backbone, from: Recogniser): void => {
  const { names, classWeights, dimension } = from
  backbone.value = next
  things.value = names.map((name, i) => ({
    id: nextId(),
    name,
    photos: [],
    classWeight: classWeights.slice(i * dimension, (i + 1) * dimension),
  }))
  others.value = []
  learned.value = undefined
  opened.value = from
  answers.value = []
  stale.value = false
}
