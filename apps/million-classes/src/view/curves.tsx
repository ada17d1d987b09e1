import { Figure, Legend } from '@arcmargin/ui'
import { gridX, gridY, line, type PlotOptions, ruleY } from '@observablehq/plot'
import { useMemo } from 'preact/hooks'
import { type Moment, thinned } from '../history.js'
import { moments } from '../store.js'
import { percent } from './texts.js'

const looks = [
  { title: 'identities seen so far', colour: 'var(--blue)', dash: '', of: seenOf },
  { title: 'all identities', colour: 'var(--red)', dash: '6 3', of: anyOf },
] as const

function seenOf({ seen }: Moment): number {
  return 100 * seen
}

function anyOf({ any }: Moment): number {
  return 100 * any
}

/** Points of a curve. */
const mostPoints = 400

/** Loss and rank-1 by steps. */
export const Curves = () => {
  const { value } = moments
  const all = useMemo(() => thinned(value, mostPoints), [value])
  const [first, last] = [all[0], all.at(-1)]
  const lossOptions = useMemo(
    () => (width: number) =>
      framed(width, 'loss', { zero: true, nice: true }, [
        line(all, { x: 'step', y: 'loss', stroke: 'var(--accent)', strokeWidth: 2 }),
      ]),
    [all],
  )
  const rankOptions = useMemo(
    () => (width: number) =>
      framed(
        width,
        'rank-1, %',
        { domain: [0, 100] },
        looks.map(({ colour, dash, of }) =>
          line(all, { x: 'step', y: of, stroke: colour, strokeDasharray: dash, strokeWidth: 2 }),
        ),
      ),
    [all],
  )
  // One point is no curve.
  if (!first || !last || all.length < 2) return null
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">As it learns</h2>
      <div class="grid">
        <Figure
          caption="Loss"
          label={`Loss by steps: ${first.loss.toFixed(2)} at first, ${last.loss.toFixed(2)} now`}
          options={lossOptions}
        />
        <Figure
          caption="New pictures whose own class weight is the nearest"
          label={`Rank-1 by steps: now ${percent(last.seen)} of identities seen so far, ${percent(last.any)} of all`}
          options={rankOptions}
        >
          <Legend entries={looks} />
        </Figure>
      </div>
    </section>
  )
}

const framed = (
  width: number,
  label: string,
  y: NonNullable<PlotOptions['y']>,
  marks: NonNullable<PlotOptions['marks']>,
): PlotOptions => ({
  height: Math.min(260, width * 0.7),
  marginLeft: 44,
  marginBottom: 38,
  marginTop: 26,
  x: { label: 'step', zero: true, nice: true },
  y: { label, ...y },
  marks: [gridX({ strokeOpacity: 0.13 }), gridY({ strokeOpacity: 0.13 }), ruleY([0]), ...marks],
})
