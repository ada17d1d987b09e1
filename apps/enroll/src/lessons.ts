import { toUrl } from './grab.js'
import { learn } from './model/learn.js'
import type { Picture } from './model/picture.js'
import { bestOf, recognise } from './model/recogniser.js'
import {
  type Answer,
  answers,
  backbone,
  learned,
  nextId,
  opened,
  others,
  recogniser,
  stale,
  task,
  things,
} from './store.js'
import { attempt, breathe } from './task.js'

/** Learns everything that was shown; can be stopped, and then nothing has changed. */
export const learnAll = (): Promise<void> =>
  attempt('Learning …', async () => {
    const { dimension } = backbone.value ?? {}
    if (dimension === undefined) throw new Error('The net is still loading')
    const controller = new AbortController()
    const stop = (): void => controller.abort(new Error('Stopped; what was known before is kept'))
    const fromFile = things.value.some(
      ({ photos, classWeight }) => classWeight && photos.length === 0,
    )
    const lessons = {
      things: things.value.map(({ name, photos, classWeight }) => ({
        name,
        pictures: photos.map(({ variants }) => variants),
        classWeight,
      })),
      others: others.value.map(({ variants }) => variants),
      dimension,
      mean: fromFile ? recogniser.value?.mean : undefined,
    }
    let drawn = performance.now()
    const onProgress = (done: number): void => {
      task.value = { text: 'Learning …', done, stop }
    }
    const pause = async (): Promise<void> => {
      if (performance.now() - drawn < 30) return
      await breathe()
      drawn = performance.now()
    }
    learned.value = await learn(lessons, { onProgress, pause, signal: controller.signal })
    if (!fromFile) opened.value = undefined
    stale.value = false
    answers.value = []
  })

/** Says what a picture shows; undefined before anything was learned. */
export const answerTo = async (
  picture: Picture,
): Promise<Omit<Answer, 'url' | 'id'> | undefined> => {
  const using = recogniser.value
  if (!using || !backbone.value) return undefined
  const { known, scores } = recognise(using, await backbone.value.embed(picture))
  return {
    name: known === undefined ? undefined : using.names[known],
    scores: Array.from(scores, (score, i) => ({ name: using.names[i] ?? '', score })),
  }
}

/** Says what pictures show, below those before. */
export const ask = (read: () => Promise<readonly Picture[]>): Promise<void> =>
  attempt('Looking …', async () => {
    for (const picture of await read()) {
      const answer = await answerTo(picture)
      if (!answer) throw new Error('Let the page learn something first')
      answers.value = [...answers.value, { ...answer, id: nextId(), url: toUrl(picture) }]
    }
  })

/** The name of the best class, known or not. */
export const nearest = ({ scores }: Pick<Answer, 'scores'>) =>
  scores[bestOf(Float64Array.from(scores, ({ score }) => score))]
