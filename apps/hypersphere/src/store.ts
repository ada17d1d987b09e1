import { inOrder, messageOf } from '@arcmargin/ui'
import { computed, signal } from '@preact/signals'
import { type Remote, wrap } from 'comlink'
import { beginBlend } from './motion.js'
import type { BackendName } from './training/backends.js'
import type { Shown, Snapshot } from './training/experiment.js'
import { lossKeys } from './training/losses.js'
import type { Dimension } from './training/net.js'
import { initialSettings, type Settings } from './training/settings.js'
import type { Trainer } from './training/worker.js'

/** Milliseconds of training between two pictures. */
const slice = 250

/** Most milliseconds that the page takes to blend from one to the next. */
const longest = 1000

/** Milliseconds between two drawings of the distributions. */
const pause = 1000

/** What the sliders say; training uses it from its next step on. */
export const settings = signal<Settings>(initialSettings)

/** Circle or sphere, as it is wanted; a picture has its own until new nets are there. */
export const dimension = signal<Dimension>(2)

/** Of the weights at the start and of the order of the digits. */
export const seed = signal(1)

/** The backend that trains; undefined until it is known. */
export const backend = signal<BackendName | undefined>(undefined)

/** What went wrong. */
export const problem = signal('')

/** What the page is doing before it can train; empty when it can. */
export const status = signal('Loading the digits …')

/** Whether it is to train. */
export const playing = signal(false)

/** Whether it trains: until the slice that runs when it is paused has arrived. */
export const training = signal(false)

/** Milliseconds a step of all nets takes here. */
export const stepTime = signal<number | undefined>(undefined)

/** Which digits are drawn and measured. */
export const shown = signal<Shown>('trained')

/** The digit in each of their pictures. */
export const labels = signal<Uint8Array>(new Uint8Array(0))

/** The last two pictures of the nets. */
export const pictures = signal<{ readonly from: Snapshot; readonly to: Snapshot } | undefined>(
  undefined,
)

/** The picture at the start, half-way, and now, for the distributions; the last one follows more slowly. */
export const moments = signal<{
  readonly start: Snapshot
  readonly half?: Snapshot
  readonly now: Snapshot
} | null>(null)

/** Whether all steps are done. */
export const isDone = computed(() => {
  const { to } = pictures.value ?? {}
  return to !== undefined && to.step >= to.steps
})

const trainer: Remote<Trainer> = wrap<Trainer>(
  new Worker(new URL('./training/worker.ts', import.meta.url), { type: 'module' }),
)

/** Nets must not be replaced while they train. */
const inTurn = inOrder((message) => {
  playing.value = false
  problem.value = message
  status.value = ''
})

let received = 0

/** Blends towards a new picture for about as long as the next one takes to come. */
const receive = (to: Snapshot): void => {
  const now = performance.now()
  pictures.value = { from: pictures.value?.to ?? to, to }
  beginBlend(Math.min(longest, now - received))
  received = now
}

let drawn = 0

const note = (now: Snapshot): void => {
  const before = moments.value
  if (before === null) return
  const passesHalf = before.half === undefined && now.step >= now.steps / 2
  const isDue = performance.now() - drawn >= pause || now.step >= now.steps || !playing.value
  if (!passesHalf && !isDue) return
  drawn = performance.now()
  moments.value = { ...before, ...(passesHalf ? { half: now } : {}), now }
}

const begin = async (): Promise<void> => {
  const start = { dimension: dimension.value, seed: seed.value, keys: lossKeys }
  const first = await trainer.start(start, settings.value)
  pictures.value = { from: first, to: first }
  moments.value = { start: first, now: first }
  status.value = ''
  beginBlend(0)
}

/** New nets from the start. */
export const restart = (): Promise<void> => {
  playing.value = false
  return inTurn(begin)
}

/** Opens a backend, the best one when none is named or the named one does not work, and starts. */
export const open = (wanted?: BackendName): Promise<void> => {
  playing.value = false
  problem.value = ''
  return inTurn(async () => {
    status.value = wanted ? 'Starting …' : 'Loading the digits …'
    backend.value = await trainer.open(wanted).catch((error: unknown) => {
      if (!wanted) throw error
      problem.value = messageOf(error)
      return trainer.open(undefined)
    })
    labels.value = await trainer.labels()
    stepTime.value = undefined
    await begin()
  })
}

/** Trains until it is paused or done. */
export const play = async (): Promise<void> => {
  if (training.value) {
    playing.value = true
    return
  }
  if (isDone.value) await restart()
  playing.value = true
  training.value = true
  while (playing.value) {
    await inTurn(async () => {
      if (!playing.value) return
      const { snapshot, stepTime: time } = await trainer.advance(settings.value, slice)
      receive(snapshot)
      stepTime.value = time
      if (isDone.value) playing.value = false
      note(snapshot)
    })
  }
  training.value = false
}

/** Stops after the slice that runs. */
export const stop = (): void => {
  playing.value = false
}

/** Whether a look is waiting for its turn: a slider that is dragged asks for more than can be answered. */
let isAwaited = false

/** Changes margins or scale, at once. */
export const change = (part: Partial<Settings>): void => {
  settings.value = { ...settings.value, ...part }
  if (playing.value || isAwaited) return
  isAwaited = true
  void inTurn(async () => {
    isAwaited = false
    const seen = await trainer.look(settings.value)
    receive(seen)
    note(seen)
  })
}

/** Circle or sphere, from the start. */
export const chooseDimension = (chosen: Dimension): Promise<void> => {
  dimension.value = chosen
  return restart()
}
