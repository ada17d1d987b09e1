import { angleHistogram, thresholdAtFar } from '@arcmargin/metrics'
import { Figure, Legend, Slider } from '@arcmargin/ui'
import { areaY, gridX, gridY, line, type PlotOptions, ruleX, ruleY } from '@observablehq/plot'
import { useCallback, useMemo } from 'preact/hooks'
import { decide } from '../model/measure.js'
import { current, type Measured, threshold } from '../store.js'
import { percent } from './numbers.js'

const bins = 90

/** Angles of genuine and impostor pairs, and a threshold between them. */
export const Angles = () => {
  const measured = current.value
  return (
    <section aria-labelledby="angles">
      <h2 id="angles">Angles of pairs, and a threshold</h2>
      {measured && <Histogram {...measured} />}
    </section>
  )
}

const looks = [
  { title: 'genuine pairs', colour: 'var(--blue)', dash: '' },
  { title: 'impostor pairs', colour: 'var(--red)', dash: '6 3' },
] as const

/** Share of the pairs in each bin of two degrees. */
const shares = (scores: Float64Array) => {
  const angles = scores.map((score) => Math.acos(Math.min(1, Math.max(-1, score))))
  const { counts } = angleHistogram(angles, { bins, from: 0, to: Math.PI })
  return Array.from(counts, (count, i) => ({
    theta: ((i + 0.5) * 180) / bins,
    share: (100 * count) / scores.length,
  }))
}

const Histogram = ({ measures: { scores } }: Measured) => {
  const both = useMemo(() => [shares(scores.genuine), shares(scores.impostor)], [scores])
  const theta = threshold.value
  const { far, tar, falseAccepts } = decide(scores, (theta * Math.PI) / 180)
  const options = useCallback(
    (width: number): PlotOptions => ({
      height: Math.min(340, 140 + width / 4),
      marginLeft: 44,
      marginBottom: 40,
      marginTop: 26,
      x: { domain: [0, 180], ticks: [0, 30, 60, 90, 120, 150, 180], label: 'θ of a pair, degrees' },
      y: { label: 'pairs in 2°, %', nice: true },
      marks: [
        gridX({ strokeOpacity: 0.13 }),
        gridY({ strokeOpacity: 0.13 }),
        ...looks.flatMap(({ colour, dash }, i) => [
          areaY(both[i] ?? [], { x: 'theta', y: 'share', fill: colour, fillOpacity: 0.15 }),
          line(both[i] ?? [], {
            x: 'theta',
            y: 'share',
            stroke: colour,
            strokeDasharray: dash,
            strokeWidth: 2,
          }),
        ]),
        ruleY([0]),
        ruleX([theta], { stroke: 'var(--ink)', strokeWidth: 2 }),
      ],
    }),
    [both, theta],
  )
  const setFar = (wanted: number): void => {
    // Rounded down, so that no more pairs are accepted than asked for.
    const angle = (Math.acos(thresholdAtFar(scores, wanted).threshold) * 180) / Math.PI
    threshold.value = Math.floor(angle * 100) / 100
  }
  return (
    <div class="split">
      <div>
        <Legend entries={looks} />
        <Figure
          caption="How far apart pairs are"
          label={`Histograms of the angles of genuine and impostor pairs; at the threshold of ${theta} degrees TAR is ${percent(tar)}, FAR ${percent(far)}`}
          options={options}
        />
      </div>
      <form class="card" aria-label="Threshold" onSubmit={(event) => event.preventDefault()}>
        <Slider
          label="Accept pairs up to θ, degrees"
          value={theta}
          min={0}
          max={180}
          step={0.01}
          onChange={(value) => {
            threshold.value = value
          }}
        />
        <dl class="verdict">
          <dt>TAR</dt>
          <dd data-tar>{percent(tar)}</dd>
          <dt>FAR</dt>
          <dd data-far>{percent(far)}</dd>
        </dl>
        <p class="note">
          {falseAccepts.toLocaleString('en')} of {scores.impostors.toLocaleString('en')} impostor
          pairs are accepted; {scores.genuine.length.toLocaleString('en')} pairs are genuine.
        </p>
        <div class="row">
          {[1e-1, 1e-2, 1e-3, 1e-4].map((wanted) => (
            <button key={wanted} type="button" onClick={() => setFar(wanted)}>
              FAR {wanted}
            </button>
          ))}
        </div>
        <Uncertainty scores={scores} far={far} />
      </form>
    </div>
  )
}

const Uncertainty = ({
  scores,
  far,
}: {
  readonly scores: Measured['measures']['scores']
  readonly far: number
}) => {
  const { low, high } = thresholdAtFar(scores, far)
  return (
    <p class="note">
      The true FAR lies between {percent(low)} and {percent(high)} (95 %, if pairs were independent,
      which they are not quite).
    </p>
  )
}
