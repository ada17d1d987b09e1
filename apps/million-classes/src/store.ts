import { inOrder, messageOf } from '@arcmargin/ui'
import { computed, signal } from '@preact/signals'
import { proxy, type Remote, wrap } from 'comlink'
import type { Moment } from './history.js'
import { IdentityMap } from './identity-map.js'
import { PlainRun } from './plain-run.js'
import { leastClasses } from './task/job.js'
import type { Probe, Slice } from './trainers/head-trainer.js'
import type { HeadWorker, Opened } from './trainers/head-worker.js'
import type { PlainStep } from './trainers/plain-trainer.js'

/** Classes that the page opens with. */
const firstClasses = 10_000

/** Probes that are counted together: one alone is 64 pictures. */
const pooled = 4

/** Milliseconds of training between two pictures; fewer pictures where motion is not wanted. */
const slice = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1500 : 400

/** The GPU: undefined until it is known, null where there is none. */
export const gpu = signal<Opened | null | undefined>(undefined)

/** Classes of the head. */
export const classes = signal(firstClasses)

/** What the page is busy with before it can train; empty when it can. */
export const status = signal('Looking for a GPU …')

/** What went wrong with the head. */
export const problem = signal('')

/** Whether it is to train. */
export const playing = signal(false)

/** Whether it trains: until the slice that runs when it is paused has arrived. */
export const training = signal(false)

/** The last slice. */
export const latest = signal<Slice | undefined>(undefined)

/** Loss of the very first step: what a fresh head makes of the first batch. */
export const firstLoss = signal<number | undefined>(undefined)

/** Curves so far. */
export const moments = signal<readonly Moment[]>([])

/** Identities and their states; a new object with every change. */
export const identities = signal<{ readonly map: IdentityMap }>({
  map: new IdentityMap(firstClasses),
})

/** Whether plain TensorFlow.js does the same job beside it. */
export const isBeside = signal(false)

/** What the composition did last, and how it ended if it did. */
export const plain = signal<{
  readonly first?: PlainStep
  readonly latest?: PlainStep
  readonly error?: string
}>({})

/** Who computes now: they take turns, so that neither slows the other. */
export const turn = signal<'head' | 'plain' | undefined>(undefined)

/** Bytes of the head's weights at the chosen size. */
export const weightBytes = computed(() => classes.value * (gpu.value?.bytesPerClass ?? 0))

const head: Remote<HeadWorker> = wrap<HeadWorker>(
  new Worker(new URL('./trainers/head-worker.ts', import.meta.url), { type: 'module' }),
)

let plainRun: PlainRun | undefined

/** Ends TensorFlow.js, whatever it is at. */
const endPlain = (): void => {
  const run = plainRun
  plainRun = undefined
  run?.end()
  plain.value = {}
}

/** A head must not be replaced while it trains. */
const inTurn = inOrder((message) => {
  playing.value = false
  problem.value = message
  status.value = ''
})

/** The last probes of each kind. */
let probes: { seen: Probe; any: Probe }[] = []

const shareOf = (which: 'seen' | 'any'): number => {
  const all = probes.flatMap((one) => Array.from(one[which].right))
  return all.reduce((sum, right) => sum + right, 0) / all.length
}

const begin = async (): Promise<void> => {
  const count = classes.value
  endPlain()
  problem.value = ''
  latest.value = undefined
  firstLoss.value = undefined
  moments.value = []
  probes = []
  identities.value = { map: new IdentityMap(count) }
  const say = (share: number): void => {
    const part = `${Math.round(100 * share)} %`
    status.value = `Filling the head with ${count.toLocaleString('en')} class weights … ${part}`
  }
  say(0)
  await head.start(count, proxy(say))
  status.value = ''
}

/** A new head of the chosen size, from its start. */
export const restart = (): Promise<void> => {
  playing.value = false
  endPlain()
  return inTurn(begin)
}

/** Asks for the GPU, and makes the first head. */
export const open = (): Promise<void> =>
  inTurn(async () => {
    gpu.value = (await head.open()) ?? null
    if (!gpu.value) {
      status.value = ''
      return
    }
    classes.value = Math.min(classes.value, gpu.value.mostClasses)
    await begin()
  })

/** Another number of classes, from the start. */
export const resize = (count: number): Promise<void> => {
  const most = gpu.value?.mostClasses ?? leastClasses
  classes.value = Math.min(most, Math.max(leastClasses, Math.round(count)))
  return restart()
}

const receive = (done: Slice): void => {
  latest.value = done
  firstLoss.value ??= done.losses[0]
  probes = [...probes, { seen: done.seen, any: done.any }].slice(-pooled)
  const loss = done.losses.reduce((sum, one) => sum + one, 0) / done.losses.length
  const [seen, any] = [shareOf('seen'), shareOf('any')]
  moments.value = [...moments.value, { step: done.steps, loss, seen, any }]
  const { map } = identities.value
  map.visit(done.visited)
  map.probe(done.seen)
  map.probe(done.any)
  identities.value = { map }
}

/** The composition's turn: as long as the head's, one step at least; none after it failed. */
const plainTurn = async (): Promise<void> => {
  if (!isBeside.value || plain.value.error !== undefined) return
  turn.value = 'plain'
  const isNew = plainRun === undefined
  plainRun ??= new PlainRun()
  const run = plainRun
  try {
    if (isNew) await run.ask((remote) => remote.start(classes.value))
    const since = performance.now()
    do {
      const done = await run.ask((remote) => remote.step())
      plain.value = { first: plain.value.first ?? done, latest: done }
    } while (playing.value && performance.now() - since < slice)
  } catch (error) {
    // Ended because nobody wants it any more.
    if (plainRun !== run) return
    const { first, latest: before } = plain.value
    endPlain()
    plain.value = {
      ...(first ? { first } : {}),
      ...(before ? { latest: before } : {}),
      error: messageOf(error),
    }
  }
}

/** Trains until it is paused. */
export const play = async (): Promise<void> => {
  playing.value = true
  if (training.value) return
  training.value = true
  while (playing.value) {
    await inTurn(async () => {
      if (!playing.value) return
      turn.value = 'head'
      receive(await head.advance(slice))
      await plainTurn()
    })
  }
  turn.value = undefined
  training.value = false
}

/** Stops after the slice that runs. */
export const stop = (): void => {
  playing.value = false
}

/** With plain TensorFlow.js beside the head, or without it. */
export const chooseBeside = (wanted: boolean): void => {
  isBeside.value = wanted
  if (!wanted) endPlain()
}
