import { useId } from 'preact/hooks'
import { change, own, settings } from '../store.js'
import { Code } from './code.js'
import { Verdict } from './verdict.js'

/** Margins to start from. */
const examples = [
  { title: 'Li-ArcFace', formula: '1 - 2 * (theta + m2) / pi' },
  { title: 'Combined', formula: 'cos(m1 * theta + m2) - m3' },
  { title: 'Curved', formula: 'cosTheta - m3 * (theta / pi)^2' },
  { title: 'Only near', formula: 'select(theta < 1, cos(theta + m2), cosTheta)' },
] as const

/** A margin of the visitor's own: text, what is wrong with it or what it does, and its code. */
export const Editor = () => {
  const id = useId()
  const result = own.value
  const fault = 'message' in result ? result : undefined
  return (
    <section aria-labelledby="own">
      <h2 id="own">A margin of your own</h2>
      <p>
        T(θ) is s times this formula, the other logits are s·cos θ. Names: <code>theta</code>{' '}
        (radians), <code>cosTheta</code>, <code>sinTheta</code>, <code>pi</code>, <code>scale</code>
        , and <code>m1</code>, <code>m2</code>, <code>m3</code> from the sliders of the combined
        margin.
      </p>
      <label for={id}>Formula</label>
      <div class="row">
        <input
          id={id}
          class="formula"
          type="text"
          size={60}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          value={settings.value.own}
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-fault`}
          onInput={(event) => change({ own: event.currentTarget.value })}
        />
      </div>
      <div class="row">
        Examples:
        {examples.map(({ title, formula }) => (
          <button key={title} type="button" onClick={() => change({ own: formula })}>
            {title}
          </button>
        ))}
      </div>
      <div id={`${id}-fault`} role="status">
        {fault && <Fault formula={settings.value.own} {...fault} />}
      </div>
      {'loss' in result && (
        <>
          <Verdict loss={result.loss} />
          <Code loss={result.loss} />
        </>
      )}
    </section>
  )
}

interface FaultProps {
  readonly formula: string
  readonly message: string
  readonly position: number
}

/** What is wrong, and an arrow below the character. */
const Fault = ({ formula, message, position }: FaultProps) => (
  <>
    <p class="error">{message}</p>
    <pre class="error" aria-hidden="true">
      {`${formula}\n${' '.repeat(position)}^`}
    </pre>
  </>
)
