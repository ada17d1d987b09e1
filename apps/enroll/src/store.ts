import { computed, signal } from '@preact/signals'
import type { Backbone } from './model/backbone.js'
import type { Learned } from './model/learn.js'
import type { Picture } from './model/picture.js'
import type { Recogniser } from './model/recogniser.js'
import { chooseThreshold } from './model/threshold.js'
import type { Variants } from './model/variants.js'

/** A kept picture, and what the backbone makes of it. */
export interface Photo {
  readonly picture: Picture
  readonly url: string
  readonly variants: Variants
}

/** Something to recognise. */
export interface Thing {
  readonly id: number
  readonly name: string
  readonly photos: readonly Photo[]
  /** Of a file that was opened; it has no pictures. */
  readonly classWeight?: Float32Array
}

/** What the page said about a picture. */
export interface Answer {
  readonly id: number
  readonly url: string
  /** Undefined: unknown. */
  readonly name: string | undefined
  readonly scores: readonly { readonly name: string; readonly score: number }[]
}

/** What the page is doing. */
interface Task {
  readonly text: string
  /** From 0 to 1; undefined: nobody knows. */
  readonly done?: number
  /** Stops it. */
  readonly stop?: () => void
}

export const backbone = signal<Backbone | undefined>(undefined)
export const things = signal<readonly Thing[]>([])
/** Pictures of anything else: they teach nothing and help to choose the threshold. */
export const others = signal<readonly Photo[]>([])
export const far = signal(0.05)
export const learned = signal<Learned | undefined>(undefined)
/** What an opened file said; undefined once something was learned here. */
export const opened = signal<Recogniser | undefined>(undefined)
/** Whether something changed that was not learned yet. */
export const stale = signal(false)
export const answers = signal<readonly Answer[]>([])
export const task = signal<Task | undefined>(undefined)
export const fault = signal('')

/** The operating point for the wanted false accept rate; undefined without trials. */
export const point = computed(
  () => learned.value && chooseThreshold(learned.value.trials, far.value),
)

/** What recognises now. */
export const recogniser = computed<Recogniser | undefined>(() => {
  if (!learned.value) return opened.value
  const threshold = point.value?.threshold ?? opened.value?.threshold ?? Infinity
  return { ...learned.value.recogniser, threshold }
})

let lastId = 0
/** A number that nothing else on the page has. */
export const nextId = (): number => {
  lastId++
  return lastId
}
