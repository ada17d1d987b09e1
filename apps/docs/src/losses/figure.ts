import { lineY, plot, ruleX, ruleY } from '@observablehq/plot'
import { parseHTML } from 'linkedom'

const count = 181

/** The angles of every curve: 0 to π, radians. */
export const angles: Float64Array = Float64Array.from(
  { length: count },
  (_, i) => (Math.PI * i) / (count - 1),
)

/** A line: its name and its value at each of the {@link angles}. */
export interface Series {
  readonly title: string
  readonly values: ArrayLike<number>
}

/** What a figure shows, in words. */
export interface FigureText {
  /** Of the vertical axis. */
  readonly axis: string
  /** For readers who do not see it; the names of the lines are added. */
  readonly label: string
}

interface Point {
  readonly degrees: number
  readonly value: number
}

const pointsOf = ({ values }: Series): Point[] =>
  Array.from(values, (value, i) => ({ degrees: (180 * i) / (count - 1), value }))

/** Dashes tell the lines apart without colour. */
const dashes = ['', '6 3', '2 3', '10 4 2 4', '14 4']
const colours = [1, 2, 3, 4, 5].map((index) => `var(--curve-${index})`)

const legendOf = ({ title }: Series, index: number): string =>
  `<span><svg viewBox="0 0 30 8" width="30" height="8" aria-hidden="true"><line x1="1" y1="4" x2="29" y2="4" stroke="${colours[index]}" stroke-width="2.5" stroke-dasharray="${dashes[index]}"/></svg>${title}</span>`

/** Curves over the angle as a figure with inline SVG and a legend. */
export const curveFigure = (series: readonly Series[], { axis, label }: FigureText): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = plot({
    document,
    width: 680,
    height: 300,
    marginLeft: 48,
    x: { label: 'θ in degrees', ticks: [0, 30, 60, 90, 120, 150, 180], domain: [0, 180] },
    y: { label: axis, grid: true },
    style: { fontSize: '13px', background: 'none' },
    marks: [
      ruleY([0], { strokeOpacity: 0.4 }),
      ruleX([90], { strokeOpacity: 0.2 }),
      ...series.map((one, index) =>
        lineY(pointsOf(one), {
          x: 'degrees',
          y: 'value',
          stroke: colours[index] as string,
          strokeWidth: 2,
          strokeDasharray: dashes[index] as string,
        }),
      ),
    ],
  }) as unknown as Element
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
  svg.querySelector('style')?.remove()
  svg.removeAttribute('width')
  svg.removeAttribute('height')
  svg.setAttribute('role', 'img')
  const names = series.map(({ title }) => title).join(', ')
  svg.setAttribute('aria-label', `${label} from 0 to 180 degrees: ${names}`)
  const legend = series.map(legendOf).join('')
  const figure = `<figure class="curve">${svg.outerHTML}<figcaption>${legend}</figcaption></figure>`
  return figure.replaceAll(/\s*\n\s*/g, ' ')
}
