import { Figure, Legend, type Look, Scroll } from '@arcmargin/ui'
import { gridX, gridY, line, type PlotOptions } from '@observablehq/plot'
import { useCallback } from 'preact/hooks'
import type { Measures } from '../model/measure.js'
import { chosen, sets } from '../store.js'
import { percent } from './numbers.js'

const looks: readonly Omit<Look, 'title'>[] = [
  { colour: 'var(--grey)', dash: '2 4' },
  { colour: 'var(--red)', dash: '' },
  { colour: 'var(--blue)', dash: '6 3' },
  { colour: 'var(--green)', dash: '12 3 2 3' },
  { colour: 'var(--purple)', dash: '' },
]

/** One line of the figures. */
interface Curve extends Look {
  readonly measures: Measures
  readonly isChosen: boolean
}

const logarithmic = (most: number, least: number, label: string) => ({
  type: 'log' as const,
  domain: [least, most] as [number, number],
  ticks: Array.from(
    { length: Math.floor(Math.log10(most / least) + 1e-9) + 1 },
    (_, i) => 10 ** (Math.ceil(Math.log10(least) - 1e-9) + i),
  ).filter((tick) => tick <= most),
  tickFormat: (tick: number) =>
    tick < 1e-3 ? tick.toExponential(0) : String(Number(tick.toPrecision(1))),
  label,
})

/** ROC and rank-1 among distractors, both on a log axis, for every set. */
export const Curves = () => {
  const index = chosen.value
  const curves = sets.value.map(
    ({ set, measures }, i): Curve => ({
      ...(looks[i] as Look),
      title: set.title,
      measures,
      isChosen: i === index,
    }),
  )
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">Where false accepts are rare</h2>
      <Legend entries={curves} />
      <div class="grid">
        <Plotted
          curves={curves}
          caption="Verification: ROC"
          points={({ roc }) => roc}
          axes={['FAR (log scale)', 'TAR, %']}
        />
        <Plotted
          curves={curves}
          caption="Identification: rank-1 among distractors"
          points={({ distractors }) => distractors}
          axes={['distractors (log scale)', 'rank-1, %']}
        />
      </div>
      <Scroll label="Numbers">
        <table>
          <thead>
            <tr>
              <th scope="col">embeddings</th>
              <th scope="col">TAR@FAR 0.001</th>
              <th scope="col">EER</th>
              <th scope="col">rank-1, all distractors</th>
            </tr>
          </thead>
          <tbody>
            {curves.map(({ title, measures: { tarAtThousandth, eer, distractors } }) => (
              <tr key={title} data-set={title}>
                <th scope="row">{title}</th>
                <td>
                  {tarAtThousandth === undefined ? 'too few pairs' : percent(tarAtThousandth)}
                </td>
                <td>{percent(eer)}</td>
                <td>
                  {distractors.length > 0
                    ? percent(distractors.at(-1)?.[1] ?? 0)
                    : 'too few identities'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="note">
        Rank-1 after MegaFace: one identity in five is searched, its mate stands alone among
        drawings of the other four fifths.
      </p>
    </section>
  )
}

interface PlottedProps {
  readonly curves: readonly Curve[]
  readonly caption: string
  readonly points: (measures: Measures) => Measures['roc']
  readonly axes: readonly [x: string, y: string]
}

const Plotted = ({ curves, caption, points, axes: [x, y] }: PlottedProps) => {
  const key = curves.map(({ title, isChosen }) => `${title}${isChosen}`).join('\n')
  const lines = curves.map((curve) => points(curve.measures))
  // The key says which curves these are: they are new arrays each time.
  const options = useCallback(
    (width: number): PlotOptions => {
      const along = lines.flat().map(([value]) => value)
      return {
        height: Math.min(360, width * 0.85),
        marginLeft: 42,
        marginBottom: 40,
        marginTop: 26,
        x: logarithmic(Math.max(1, ...along), Math.min(1, ...along), x),
        y: { domain: [0, 100], label: y },
        marks: [
          gridX({ strokeOpacity: 0.13 }),
          gridY({ strokeOpacity: 0.13 }),
          ...curves.map(({ colour, dash, isChosen }, i) =>
            line(
              (lines[i] ?? []).map(([at, rate]) => [at, 100 * rate]),
              { stroke: colour, strokeDasharray: dash, strokeWidth: isChosen ? 3.25 : 1.75 },
            ),
          ),
        ],
      }
    },
    [key, x, y],
  )
  const titles = curves.map(({ title }) => title).join(', ')
  return (
    <Figure
      caption={caption}
      label={`${caption}: ${y} against ${x} for ${titles}; the table below has numbers`}
      options={options}
    />
  )
}
