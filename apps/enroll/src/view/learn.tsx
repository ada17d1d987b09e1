import { Figure } from '@arcmargin/ui'
import { dot, type PlotOptions, ruleX } from '@observablehq/plot'
import { useCallback } from 'preact/hooks'
import { learnAll } from '../lessons.js'
import { targets } from '../model/threshold.js'
import { far, learned, opened, point, recogniser, stale, task, things } from '../store.js'
import { thresholdText } from './scores.js'

/** Training, and the threshold by which strangers are refused. */
export const Learn = () => (
  <section aria-labelledby="learn">
    <h2 id="learn">2. Let it learn</h2>
    <div class="row">
      <button
        type="button"
        class="main"
        disabled={task.value !== undefined || things.value.length === 0}
        onClick={learnAll}
      >
        Learn {things.value.length} {things.value.length === 1 ? 'thing' : 'things'}
      </button>
      <span class="note">
        {recogniser.value && stale.value ? 'Something changed since it learned.' : ''}
      </span>
    </div>
    {learned.value && <Threshold />}
  </section>
)

const percent = (rate: number): string => `${Number((100 * rate).toFixed(rate < 0.1 ? 1 : 0))} %`

const Threshold = () => (
  <>
    <fieldset>
      <legend>How often may a stranger be taken for one of your things?</legend>
      <div class="row">
        {targets.map((target) => (
          <button
            key={target}
            type="button"
            aria-pressed={far.value === target}
            onClick={() => {
              far.value = target
            }}
          >
            at most {percent(target)}
          </button>
        ))}
      </div>
    </fieldset>
    <Found />
  </>
)

const Found = () => {
  const at = point.value
  if (!at) {
    return (
      <p class="note">
        {opened.value
          ? 'The threshold is the one of the opened file: new trials need two things with pictures.'
          : 'A threshold needs two things or more, and two pictures or more of one: everything is unknown until then.'}
      </p>
    )
  }
  const { threshold, tar, falseAccepts, impostors, high, confidence, resolved } = at
  // A trial's head knew fewer things than the one that recognises.
  const most = Math.min(1, (high * far.value) / at.far)
  const needed = Math.ceil(1 / at.far)
  return (
    <div class="split">
      <Trials threshold={threshold} />
      <div class="card">
        <dl class="verdict">
          <dt>Least cosine</dt>
          <dd>{thresholdText(threshold)}</dd>
          <dt>Yours, recognised</dt>
          <dd data-tar>{percent(tar)}</dd>
          <dt>Strangers, let in</dt>
          <dd data-far>
            {falseAccepts} of {impostors}
          </dd>
        </dl>
        <p class="note">
          With so few strangers the true rate may be up to {percent(most)} ({100 * confidence} %
          interval).
          {!resolved &&
            ` To tell ${percent(far.value)} at all takes ${needed} strangers: add pictures.`}
        </p>
        <p class="note">
          Tried on pictures that the head did not see: some things were left out as strangers, of
          the others some pictures. Pictures of one burst look alike, so life is harder than this.
        </p>
      </div>
    </div>
  )
}

const Trials = ({ threshold }: { readonly threshold: number }) => {
  const { genuine = [], strangers = [] } = learned.value?.trials ?? {}
  const options = useCallback((): PlotOptions => {
    // Spread by the golden ratio: dots at one cosine stay apart.
    const spread = (kind: string) => (cosine: number, i: number) => ({
      kind,
      cosine,
      lane: ((i * 0.618034) % 1) - 0.5,
    })
    const data = [...genuine.map(spread('yours')), ...strangers.map(spread('strangers'))]
    return {
      height: 210,
      marginLeft: 74,
      marginBottom: 40,
      x: { domain: [-1, 1], label: 'cosine to the thing' },
      y: { axis: null, domain: [-0.7, 0.7] },
      fy: { domain: ['yours', 'strangers'], label: null, axis: 'left' },
      marks: [
        ruleX([threshold].filter(Number.isFinite), {
          stroke: 'var(--ink)',
          strokeDasharray: '4 3',
        }),
        dot(data, {
          x: 'cosine',
          y: 'lane',
          fy: 'kind',
          r: 4,
          symbol: (one: { kind: string }) => (one.kind === 'yours' ? 'circle' : 'times'),
          stroke: (one: { kind: string }) => (one.kind === 'yours' ? 'var(--blue)' : 'var(--red)'),
          strokeWidth: 1.75,
        }),
      ],
    }
  }, [genuine, strangers, threshold])
  return (
    <Figure
      caption="Pictures that the head did not see, and the threshold"
      label={`Cosines of ${genuine.length} pictures of your things and of ${strangers.length} strangers, threshold: ${thresholdText(threshold)}`}
      options={options}
    />
  )
}
