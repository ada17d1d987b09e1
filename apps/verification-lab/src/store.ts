import { computed, signal } from '@preact/signals'
import { loadDemo } from './model/demo.js'
import type { EmbeddingSet } from './model/embedding-set.js'
import { type Measures, measure } from './model/measure.js'
import { readFiles } from './model/read-files.js'

/** A set of embeddings and what was measured on it. */
export interface Measured {
  readonly set: EmbeddingSet
  readonly measures: Measures
  /** Whether it is one of the quickstart's, which have pictures. */
  readonly demo: boolean
}

/** Everything that was measured so far: the demo's nets in order, then the visitor's own. */
export const sets = signal<readonly Measured[]>([])

/** Which of them the page is about. */
export const chosen = signal(0)

/** What the page is doing, or what went wrong. */
export const status = signal('Loading the embeddings …')

/** Largest angle of a pair that is accepted, in degrees. */
export const threshold = signal(60)

/** The row whose neighbours are shown. */
export const query = signal(0)

/** The set that the page is about. */
export const current = computed(() => sets.value[chosen.value])

/** Lets the browser draw before the next long computation. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))

let started: Promise<void> | undefined

/** Loads and measures the demo's nets, one after the other; once. */
export const start = (): Promise<void> => {
  started ??= measureDemo()
  return started
}

const measureDemo = async (): Promise<void> => {
  try {
    for (const set of await loadDemo()) {
      status.value = `Comparing all pairs of ${set.title} …`
      await breathe()
      sets.value = [...sets.value, { set, measures: measure(set), demo: true }]
    }
    status.value = ''
  } catch (error) {
    status.value = String(error instanceof Error ? error.message : error)
  }
}

/** Measures a visitor's own embeddings; files that cannot be used change nothing but the status. */
export const addFiles = async (files: readonly File[]): Promise<void> => {
  // The demo's nets keep the first places.
  await start()
  status.value = 'Reading …'
  try {
    const set = await readFiles(files)
    status.value = `Comparing all pairs of ${set.title} …`
    await breathe()
    const others = sets.value.filter(({ demo }) => demo)
    sets.value = [...others, { set, measures: measure(set), demo: false }]
    chosen.value = others.length
    query.value = 0
    status.value = ''
  } catch (error) {
    status.value = error instanceof Error ? error.message : String(error)
  }
}
