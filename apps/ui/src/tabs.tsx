import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'

/** One of several things that share a place. */
export interface Tab {
  readonly title: string
  readonly content: () => ComponentChildren
}

/** Tabs as the ARIA practices have them: one is in the tab order, arrows go to the others. */
export const Tabs = ({
  label,
  tabs,
}: {
  readonly label: string
  readonly tabs: readonly Tab[]
}) => {
  const id = useId()
  const [chosen, choose] = useState(0)
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const next = (chosen + step + tabs.length) % tabs.length
    choose(next)
    document.getElementById(`${id}-tab-${next}`)?.focus()
    event.preventDefault()
  }
  return (
    <>
      <div class="row" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ title }, i) => (
          <button
            key={title}
            type="button"
            role="tab"
            id={`${id}-tab-${i}`}
            aria-selected={i === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={i === chosen ? 0 : -1}
            onClick={() => choose(i)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${chosen}`}>
        {tabs[chosen]?.content()}
      </div>
    </>
  )
}
