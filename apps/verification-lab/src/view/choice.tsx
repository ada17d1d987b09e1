import { DropField } from '@arcmargin/ui'
import { useId } from 'preact/hooks'
import { refined } from '../model/demo.js'
import { addFiles, chosen, sets } from '../store.js'

/** The demo's nets on partly wrong labels: as they were, and after the wrong ones were looked for. */
const original = 2
const cleaned = 3

/** Which embeddings the page is about: a net of the quickstart or the visitor's own. */
export const Choice = () => {
  const id = useId()
  const noisy = chosen.value === original || chosen.value === cleaned
  const choices = [
    { title: 'softmax', index: 0 },
    { title: 'ArcFace', index: 1 },
    { title: 'ArcFace, 25 % wrong labels', index: chosen.value === cleaned ? cleaned : original },
    ...sets.value
      .slice(cleaned + 1)
      .map(({ set }, i) => ({ title: set.title, index: cleaned + 1 + i })),
  ]
  return (
    <section class="card" aria-label="Embeddings">
      <div class="row">
        {choices.map(({ title, index }) => (
          <button
            key={title}
            type="button"
            aria-pressed={chosen.value === index}
            disabled={index >= sets.value.length}
            onClick={() => {
              chosen.value = index
            }}
          >
            {title}
          </button>
        ))}
      </div>
      {noisy && (
        <p>
          <input
            id={id}
            type="checkbox"
            checked={chosen.value === cleaned}
            disabled={sets.value.length <= cleaned}
            onChange={(event) => {
              chosen.value = event.currentTarget.checked ? cleaned : original
            }}
          />{' '}
          <label for={id}>
            refined: trained without the labels that sub-centers find wrong. Of {refined.pictures}{' '}
            training pictures {refined.wrong} had a wrong label; {refined.dropped} lay more than{' '}
            {refined.threshold}° from the dominant of three sub-centers and were dropped,{' '}
            {refined.found} of them rightly.
          </label>
        </p>
      )}
      <Drop />
    </section>
  )
}

const Drop = () => (
  <DropField
    label="Your own embeddings and labels: drop files here, or choose them."
    accept=".npy,.csv,.json"
    multiple
    onFiles={addFiles}
  >
    <p class="note">
      <code>.npy</code> with two axes and one with the labels; <code>.csv</code> with a label and
      then numbers in each line; <code>.json</code> as{' '}
      <code>{'{"embeddings": [[…], …], "labels": […]}'}</code>.
    </p>
  </DropField>
)
