import { angleHistogram } from '@arcmargin/metrics'
import { Figure, Legend } from '@arcmargin/ui'
import { areaY, gridX, line, type PlotOptions, ruleY } from '@observablehq/plot'
import { useMemo } from 'preact/hooks'
import { moments, shown } from '../store.js'
import type { Shown, Snapshot } from '../training/experiment.js'
import { type LossKey, lossKeys } from '../training/losses.js'
import { inDegrees, looks } from './looks.js'

/** Bins of four degrees. */
const bins = 45

/** Highest share of a bin that is drawn. */
const top = 50

/** Figure 4a of the paper: how the angles to the own class weight shrink while a net learns. */
export const Angles = () => (
  <section aria-labelledby="angles">
    <h2 id="angles">θ from start to end</h2>
    <p>
      θ is the angle between a digit’s feature and the class weight of what it shows. Training pulls
      it towards 0; a margin keeps pulling where softmax is content.
    </p>
    <Legend
      entries={[
        { title: 'at the start', colour: 'var(--grey)', dash: '2 4' },
        { title: 'half-way', colour: 'var(--soft)', dash: '6 3' },
        { title: 'now', colour: 'var(--accent)', dash: '' },
      ]}
    />
    <div class="grid">
      {lossKeys.map((key) => (
        <Distribution key={key} loss={key} />
      ))}
    </div>
  </section>
)

const shares = (snapshot: Snapshot | undefined, loss: LossKey, which: Shown) => {
  const angles = snapshot?.seen[loss]?.[which].angles
  if (!angles) return { points: [], mean: Number.NaN }
  const { counts, mean } = angleHistogram(angles, { bins })
  const points = Array.from(counts, (count, i) => ({
    theta: ((i + 0.5) * 180) / bins,
    share: Math.min(top, (100 * count) / angles.length),
  }))
  return { points, mean }
}

const Distribution = ({ loss }: { readonly loss: LossKey }) => {
  const { title } = looks[loss]
  const { start, half, now } = moments.value ?? {}
  const which = shown.value
  const first = useMemo(() => shares(start, loss, which), [start, loss, which])
  const middle = useMemo(() => shares(half, loss, which), [half, loss, which])
  const latest = useMemo(() => shares(now, loss, which), [now, loss, which])
  const options = useMemo(
    () =>
      (width: number): PlotOptions => ({
        height: Math.min(200, 90 + width / 4),
        marginLeft: 38,
        marginBottom: 34,
        marginTop: 22,
        x: { domain: [0, 180], ticks: [0, 45, 90, 135, 180], label: 'θ, degrees' },
        y: { domain: [0, top], ticks: [0, 25, 50], label: 'digits in 4°, %' },
        marks: [
          gridX({ strokeOpacity: 0.13 }),
          areaY(latest.points, {
            x: 'theta',
            y: 'share',
            fill: 'var(--accent)',
            fillOpacity: 0.15,
          }),
          curve(first.points, 'var(--grey)', '2 4'),
          curve(middle.points, 'var(--soft)', '6 3'),
          curve(latest.points, 'var(--accent)', ''),
          ruleY([0]),
        ],
      }),
    [first, middle, latest],
  )
  if (!start) return null
  const means = `${inDegrees(first.mean)} at the start, ${inDegrees(latest.mean)} now`
  return (
    <div data-angles={loss}>
      <Figure
        caption={title}
        label={`Distribution of θ for ${title}; the mean is ${means}`}
        options={options}
      />
      <p class="note">Mean {means}.</p>
    </div>
  )
}

const curve = (points: ReturnType<typeof shares>['points'], stroke: string, dash: string) =>
  line(points, { x: 'theta', y: 'share', stroke, strokeDasharray: dash, strokeWidth: 2 })
