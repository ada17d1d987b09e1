import type { Expression, Loss } from '@arcmargin/core'
import { deriveLoss } from '@arcmargin/core/backend'
import { latex } from '@arcmargin/core/latex'
import { Formula, Scroll, Tabs } from '@arcmargin/ui'
import { useId } from 'preact/hooks'
import { factories, own, type Setting } from '../model/losses.js'
import { chosen, lossChoice } from '../store.js'

/** Which loss, with which settings, and its formulas. */
export const LossEditor = () => {
  const id = useId()
  const choice = lossChoice.value
  const result = chosen.value
  return (
    <section aria-labelledby="loss">
      <h2 id="loss">A loss</h2>
      <form class="card" aria-label="Loss" onSubmit={(event) => event.preventDefault()}>
        <div class="choices">
          <div>
            <label for={id}>Loss</label>
            <select
              id={id}
              value={choice.name}
              onChange={(event) => {
                lossChoice.value = { ...choice, name: event.currentTarget.value, settings: {} }
              }}
            >
              {[...Object.keys(factories), own].map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </div>
          {'loss' in result &&
            result.settings.map((one) => <NumberField key={one.name} setting={one} />)}
        </div>
        {choice.name === own && <OwnFormula />}
        <div role="status">{'message' in result && <Fault {...result} />}</div>
        {'message' in result && choice.name !== own && (
          <button
            type="button"
            onClick={() => {
              lossChoice.value = { ...choice, settings: {} }
            }}
          >
            Back to the defaults
          </button>
        )}
      </form>
      {'loss' in result && <Formulas loss={result.loss} />}
    </section>
  )
}

const NumberField = ({ setting: { name, value, unit } }: { readonly setting: Setting }) => {
  const id = useId()
  return (
    <div>
      <label for={id}>
        <code>{name}</code>
        {unit && `, ${unit}`}
      </label>
      <input
        id={id}
        type="number"
        step="any"
        value={value}
        onChange={(event) => {
          const { valueAsNumber } = event.currentTarget
          const { settings, ...rest } = lossChoice.value
          if (Number.isFinite(valueAsNumber)) {
            lossChoice.value = { ...rest, settings: { ...settings, [name]: valueAsNumber } }
          }
        }}
      />
    </div>
  )
}

const examples = ['cos(theta + m)', '1 - 2 * (theta + m) / pi', 'cosTheta - m * (theta / pi)^2']

const OwnFormula = () => {
  const id = useId()
  const { formula } = lossChoice.value
  const write = (text: string): void => {
    lossChoice.value = { ...lossChoice.value, formula: text }
  }
  return (
    <>
      <p class="note">
        T(θ) is s times this formula, the other logits are s·cos θ. Names: <code>theta</code>{' '}
        (radians), <code>cosTheta</code>, <code>sinTheta</code>, <code>pi</code>, <code>m</code>,{' '}
        <code>s</code>. Its gradients are derived.
      </p>
      <label for={id}>Formula</label>
      <div class="row">
        <input
          id={id}
          class="formula"
          type="text"
          size={48}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          value={formula}
          aria-invalid={'message' in chosen.value}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </div>
      <div class="row">
        Examples:
        {examples.map((text) => (
          <button key={text} type="button" onClick={() => write(text)}>
            <code>{text}</code>
          </button>
        ))}
      </div>
    </>
  )
}

/** What is wrong, and an arrow below the character. */
const Fault = ({ message, position }: { readonly message: string; readonly position?: number }) => (
  <>
    <p class="error">{message}</p>
    {position !== undefined && (
      <pre class="error" aria-hidden="true">
        {`${lossChoice.value.formula}\n${' '.repeat(position)}^`}
      </pre>
    )}
  </>
)

const symbols = { scale: 's', margin: 'm' }

const Equations = ({ lines }: { readonly lines: readonly (readonly [string, Expression])[] }) => (
  <Scroll label="Formulas">
    {lines.map(([name, formula]) => (
      <Formula key={name} latex={`${name} = ${latex(formula, symbols)}`} />
    ))}
  </Scroll>
)

/** The formulas that become nodes, and their derivatives, which become nodes too. */
const Formulas = ({ loss }: { readonly loss: Loss }) => {
  const { target, other } = deriveLoss(loss)
  const by = other.by === 'angle' ? '\\theta' : '\\cos\\theta'
  return (
    <>
      <Tabs
        label="Formulas"
        tabs={[
          {
            title: 'Logits',
            content: () => (
              <Equations
                lines={[
                  ['T(\\theta)', target.value],
                  ['N(\\theta)', other.value],
                ]}
              />
            ),
          },
          {
            title: 'Derivatives',
            content: () => (
              <Equations
                lines={[
                  ['\\frac{dT}{d\\theta}', target.slope],
                  [`\\frac{dN}{d${by}}`, other.slope],
                ]}
              />
            ),
          },
        ]}
      />
      <p class="note">
        {loss.definition.citation}. T is the logit of a sample’s own class, N those of the others.
      </p>
    </>
  )
}
