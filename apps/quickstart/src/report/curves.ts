import { gridX, gridY, line, ruleX } from '@observablehq/plot'
import { farGrid, type Recognition, ranks } from '../evaluate.js'
import { type Experiment, experiments } from '../experiments.js'
import { type Look, lookOf, untrainedLook } from './colours.js'
import { drawPlot, type LegendEntry, legend } from './figure.js'
import { type Html, html } from './html.js'
import type { ReportData } from './write.js'

/** Curves of one loss, the mean over its seeds. */
interface Curve extends LegendEntry {
  readonly roc: readonly number[]
  readonly cmc: readonly number[]
}

/** ROC, gain and rank-k curves: three figures for clean, three for partly wrong labels. */
export const curveSection = (data: ReportData): Html => {
  const clean = curvesOf(data, (experiment) => experiment.wrongLabels === 0)
  const noisy = curvesOf(data, (experiment) => experiment.wrongLabels > 0)
  const untrained = untrainedCurve(data)
  return html`<section aria-labelledby="curves">
<h2 id="curves">Recognising unseen emoji</h2>
<p>Verification compares all pairs of pictures of unseen emoji: how many pairs of one emoji are accepted (TAR) where so few pairs of
two different ones are (FAR)? The losses part where false accepts are rare, so the middle figure shows the same curves as the gain over
the first of them. Identification looks a picture up among one other vendor’s drawings.</p>
${clean.length > 0 ? figures('clean labels', clean, untrained) : ''}
${noisy.length > 0 ? figures('25 % wrong labels in training', noisy, untrained) : ''}
</section>`
}

const curvesOf = (data: ReportData, wanted: (experiment: Experiment) => boolean): Curve[] =>
  experiments.filter(wanted).flatMap((experiment) => {
    const runs = data.outcomes.filter(({ row }) => row.loss === experiment.key)
    if (runs.length === 0) return []
    return [{ ...meanOf(runs.map(({ recognition }) => recognition)), ...named(experiment) }]
  })

const named = (experiment: Experiment): LegendEntry => ({
  title: experiment.title,
  ...lookOf(experiment),
})

const untrainedCurve = ({ untrained }: ReportData): Curve[] =>
  untrained === undefined
    ? []
    : [{ ...meanOf([untrained]), title: 'front end, untrained', ...untrainedLook }]

const meanOf = (recognitions: readonly Recognition[]): Pick<Curve, 'roc' | 'cmc'> => {
  const mean = (curves: readonly (readonly number[])[]): number[] =>
    (curves[0] ?? []).map(
      (_, i) => curves.reduce((sum, curve) => sum + (curve[i] ?? 0), 0) / curves.length,
    )
  return {
    roc: mean(recognitions.map(({ roc }) => roc)),
    cmc: mean(recognitions.map(({ cmc }) => cmc)),
  }
}

const figures = (
  caption: string,
  trained: readonly Curve[],
  untrained: readonly Curve[],
): Html => html`<figure>
<figcaption><b>${capitalised(caption)}</b></figcaption>
${legend([...trained, ...untrained])}
<div class="plots">
<div><p>Verification</p>${rocPlot(caption, [...trained, ...untrained])}</div>
${trained.length > 1 ? html`<div><p>Gain over ${trained[0]?.title ?? ''}</p>${gainPlot(caption, trained)}</div>` : ''}
<div><p>Identification</p>${cmcPlot(caption, [...trained, ...untrained])}</div>
</div>
</figure>`

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const size = {
  width: 360,
  height: 290,
  marginLeft: 44,
  marginBottom: 42,
  marginTop: 28,
  marginRight: 12,
}

const powers: Readonly<Record<number, string>> = {
  [1e-5]: '10⁻⁵',
  [1e-4]: '10⁻⁴',
  [1e-3]: '10⁻³',
  [1e-2]: '10⁻²',
  [1e-1]: '10⁻¹',
  1: '1',
}

const strokeOf = ({ colour, dash }: Look) => ({
  stroke: colour,
  strokeWidth: 2.25,
  strokeDasharray: dash,
})

const farAxis = {
  type: 'log',
  domain: [1e-5, 1],
  ticks: Object.keys(powers).map(Number),
  tickFormat: (far: number) => powers[far] ?? '',
  label: 'FAR (log scale)',
} as const

const farMarks = [
  gridY({ strokeOpacity: 0.12 }),
  gridX({ strokeOpacity: 0.12, ticks: farAxis.ticks }),
  ruleX([1e-3], { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '2 4' }),
]

const rocPlot = (caption: string, curves: readonly Curve[]): Html =>
  drawPlot(`ROC, ${caption}: TAR at FAR 0.001 is ${spoken(curves, tarAtThousandth)}`, {
    ...size,
    x: farAxis,
    y: { domain: [0, 100], label: 'TAR, %' },
    marks: [
      ...farMarks,
      ...curves.map((curve) =>
        line(
          curve.roc.map((tar, i) => [farGrid[i] ?? 1, 100 * tar]),
          strokeOf(curve),
        ),
      ),
    ],
  })

const tarAtThousandth = ({ roc }: Curve): number | undefined => roc[farGrid.indexOf(1e-3)]

/** The first curve is the base and lies at 0. */
const gainPlot = (caption: string, curves: readonly Curve[]): Html => {
  const base = curves[0]?.roc ?? []
  const title = curves[0]?.title ?? ''
  const gains = curves.map((curve) => ({
    ...curve,
    roc: curve.roc.map((tar, i) => tar - (base[i] ?? 0)),
  }))
  return drawPlot(
    `Gain in TAR over ${title}, ${caption}: at FAR 0.001 ${spoken(gains.slice(1), tarAtThousandth)}`,
    {
      ...size,
      x: farAxis,
      y: { label: `TAR − ${title}’s, points`, nice: true },
      marks: [
        ...farMarks,
        ...gains.map((curve) =>
          line(
            curve.roc.map((gain, i) => [farGrid[i] ?? 1, 100 * gain]),
            strokeOf(curve),
          ),
        ),
      ],
    },
  )
}

const cmcPlot = (caption: string, curves: readonly Curve[]): Html => {
  const lowest = Math.min(...curves.map(({ cmc }) => cmc[0] ?? 0))
  return drawPlot(`Rank-k curve, ${caption}: rank-1 is ${spoken(curves, ({ cmc }) => cmc[0])}`, {
    ...size,
    x: { domain: [1, ranks], ticks: [1, 5, 10, 15, 20], tickFormat: 'd', label: 'k' },
    y: { domain: [Math.floor(lowest * 10) * 10, 100], label: 'among the first k, %' },
    marks: [
      gridY({ strokeOpacity: 0.12 }),
      gridX({ strokeOpacity: 0.12, ticks: [1, 5, 10, 15, 20] }),
      ...curves.map((curve) =>
        line(
          curve.cmc.map((rate, i) => [i + 1, 100 * rate]),
          strokeOf(curve),
        ),
      ),
    ],
  })
}

const spoken = (curves: readonly Curve[], pick: (curve: Curve) => number | undefined): string =>
  curves.map((curve) => `${(100 * (pick(curve) ?? 0)).toFixed(1)} % for ${curve.title}`).join(', ')
