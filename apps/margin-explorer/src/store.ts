import { computed, effect, signal } from '@preact/signals'
import { ownLoss, paperLosses, type Shown } from './model/losses.js'
import { fromFragment, initialSettings, type Settings, toFragment } from './model/settings.js'

const here = (): Settings => fromFragment(location.hash.slice(1))

/** What the visitor has set; the address follows it, so that a link shows the same page. */
export const settings = signal<Settings>(here())

/** Changes some settings. */
export const change = (part: Partial<Settings>): void => {
  settings.value = { ...settings.value, ...part }
}

/** Back to the paper's figure. */
export const reset = (): void => {
  settings.value = initialSettings
}

addEventListener('hashchange', () => {
  settings.value = here()
})
effect(() => {
  const fragment = toFragment(settings.value)
  history.replaceState(null, '', fragment === '' ? location.pathname : `#${fragment}`)
})

/** The visitor's margin, or what is wrong with it. */
export const own = computed(() => ownLoss(settings.value))

/** The losses of the paper, and the visitor's own where it can be read. */
export const shown = computed<readonly Shown[]>(() => {
  const losses = paperLosses(settings.value)
  if (!('loss' in own.value)) return losses
  return [
    ...losses,
    {
      key: 'own',
      title: 'Your own',
      setting: 'see below',
      loss: own.value.loss,
      colour: 'var(--ink)',
      dash: '1 3',
    },
  ]
})
