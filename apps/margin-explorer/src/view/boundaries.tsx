import { Figure } from '@arcmargin/ui'
import { areaX, areaY, line, type PlotOptions, rect, text } from '@observablehq/plot'
import { useCallback, useMemo } from 'preact/hooks'
import { boundaryOf, reachOf } from '../model/boundary.js'
import { anglesTo, degrees } from '../model/curve.js'
import type { Shown } from '../model/losses.js'
import { shown } from '../store.js'

const theta = anglesTo(361)

/** Figure 5 of the paper: where a sample belongs to one of two classes, and the gap between them. */
export const Boundaries = () => (
  <section aria-labelledby="boundaries">
    <h2 id="boundaries">Decision margins of two classes</h2>
    <p>
      A sample of class 1 lies at θ<sub>1</sub> from its own class weight and at θ<sub>2</sub> from
      the other. It is on its side of the loss’s boundary where T(θ<sub>1</sub>) ≥ N(θ<sub>2</sub>),
      with N(θ) = s·cos θ; class 2 is the mirror image. The grey gap is the margin: nothing in there
      satisfies the loss.
    </p>
    <ul class="legend">
      <Swatch colour="var(--class-1)" title="class 1" />
      <Swatch colour="var(--class-2)" title="class 2" />
      <Swatch colour="var(--shade)" title="decision margin" />
    </ul>
    <div class="grid">
      {shown.value.map((one) => (
        <Boundary key={one.key} shown={one} />
      ))}
    </div>
  </section>
)

const Swatch = ({ colour, title }: { readonly colour: string; readonly title: string }) => (
  <li>
    <svg viewBox="0 0 28 8" aria-hidden="true">
      <rect width="28" height="8" fill={colour} />
    </svg>
    {title}
  </li>
)

const Boundary = ({ shown: { key, title, setting, loss } }: { readonly shown: Shown }) => {
  const boundary = useMemo(() => boundaryOf(loss, theta), [loss])
  const reach = useMemo(() => reachOf(loss, Math.PI / 2), [loss])
  const options = useCallback((width: number) => plane(boundary, width), [boundary])
  const near = Number.isNaN(reach) ? 'no θ₁ at all' : `θ₁ up to ${degrees(reach).toFixed(1)}°`
  return (
    <div class="card" data-loss={key}>
      <Figure
        caption={title}
        label={`Decision margin of ${title}, ${setting}: with θ₂ at 90 degrees class 1 needs ${near}`}
        options={options}
      />
      <p class="note">
        {setting}. At θ<sub>2</sub> = 90° class 1 needs <b>{near}</b>.
      </p>
    </div>
  )
}

const ticks = [0, 60, 120, 180]

const plane = (boundary: Float64Array, width: number): PlotOptions => {
  // Where no θ₂ is enough the class has no part of the column.
  const samples = Array.from(theta, (angle, i) => {
    const other = boundary[i] as number
    return { own: degrees(angle), other: Number.isNaN(other) ? 180 : degrees(other) }
  })
  const inside = samples.map(({ own, other }) => ({
    own,
    other: other > 0 && other < 180 ? other : Number.NaN,
  }))
  const edge = { stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '4 3' }
  const name = { fill: 'var(--ink)', fontSize: 13 }
  return {
    height: width,
    marginLeft: 38,
    marginBottom: 36,
    marginTop: 24,
    marginRight: 8,
    x: { domain: [0, 180], ticks, label: 'θ₁, degrees' },
    y: { domain: [0, 180], ticks, label: 'θ₂, degrees' },
    marks: [
      rect([0], { x1: 0, x2: 180, y1: 0, y2: 180, fill: 'var(--shade)' }),
      areaY(samples, { x: 'own', y1: 'other', y2: 180, fill: 'var(--class-1)' }),
      areaX(samples, { y: 'own', x1: 'other', x2: 180, fill: 'var(--class-2)' }),
      line(inside, { x: 'own', y: 'other', ...edge }),
      line(inside, { x: 'other', y: 'own', ...edge }),
      text([[32, 160]], { text: ['class 1'], ...name }),
      text([[150, 20]], { text: ['class 2'], ...name }),
    ],
  }
}
