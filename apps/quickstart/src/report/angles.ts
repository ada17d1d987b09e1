import { areaY, gridX, line, ruleY } from '@observablehq/plot'
import type { AngleSnapshot } from '../angle-history.js'
import { type Experiment, experiments } from '../experiments.js'
import { lookOf } from './colours.js'
import { drawPlot } from './figure.js'
import { type Html, html } from './html.js'
import type { ReportData } from './write.js'

/** θ of the target from the start to the end of training, one small plot a loss (figure 4a of the ArcFace paper). */
export const angleSection = (data: ReportData): Html => {
  const shown = experiments.flatMap((experiment): Shown[] => {
    const outcome = data.outcomes.find(({ row }) => row.loss === experiment.key)
    return outcome?.history.length ? [{ experiment, stages: stagesOf(outcome.history) }] : []
  })
  if (shown.length === 0) return html``
  const highest = Math.max(...shown.flatMap(({ stages }) => stages.flatMap(sumOfSides)))
  return html`<section aria-labelledby="angles">
<h2 id="angles">How training pulls pictures to their class</h2>
<p>θ is the angle between a picture’s embedding and the weight of its class; a random pair stands near 90°. A margin keeps on
pulling where plain softmax is content. Wrong labels stay farther out; with three sub-centers they come nearer again, because θ is that
to the nearest of three and they find one of their own. Every training picture, turned and recoloured at random, seed ${data.options.seeds[0] ?? 0}.</p>
${group(
  'Clean labels',
  shown.filter(({ experiment }) => experiment.wrongLabels === 0),
  highest,
)}
${group(
  '25 % wrong labels in training',
  shown.filter(({ experiment }) => experiment.wrongLabels > 0),
  highest,
)}
</section>`
}

interface Shown {
  readonly experiment: Experiment
  readonly stages: readonly AngleSnapshot[]
}

const group = (title: string, shown: readonly Shown[], highest: number): Html =>
  shown.length === 0
    ? html``
    : html`<h3>${title}</h3>
<div class="multiples">
${shown.map(({ experiment, stages }) => facet(experiment, stages, highest))}
</div>`

/** The first steps, the first epoch, the middle and the end; fewer where training is shorter. */
const stagesOf = (history: readonly AngleSnapshot[]): AngleSnapshot[] => {
  const last = history.length - 1
  const wanted = [0, 1, Math.round(last / 2), last]
  return history.filter((_, i) => wanted.includes(i))
}

const degreesPerBin = 2

/** End of the axis; hardly an angle lies beyond. */
const widest = 120

const facet = (experiment: Experiment, stages: readonly AngleSnapshot[], highest: number): Html => {
  const { colour } = lookOf(experiment)
  const last = stages.at(-1)
  const noisy = experiment.wrongLabels > 0
  const svg = drawPlot(describe(experiment, stages), {
    width: 270,
    height: 190,
    marginLeft: 34,
    marginBottom: 40,
    marginTop: 26,
    x: { domain: [0, widest], ticks: [0, 30, 60, 90, 120], label: 'θ, degrees' },
    y: { domain: [0, 100 * highest * 1.05], ticks: 3, label: 'pictures, %' },
    marks: [
      gridX({ strokeOpacity: 0.12, ticks: [30, 60, 90, 120] }),
      ...stages.slice(0, -1).map((stage, i) =>
        line(points(sumOfSides(stage)), {
          stroke: colour,
          strokeOpacity: 0.35 + 0.25 * i,
          strokeWidth: 1.5,
          strokeDasharray: i === 0 ? '2 3' : '',
        }),
      ),
      areaY(points(last?.right ?? []), { x: '0', y: '1', fill: colour, fillOpacity: 0.35 }),
      line(points(last?.right ?? []), { stroke: colour, strokeWidth: 2.25 }),
      ...(noisy
        ? [
            areaY(points(last?.wrong ?? []), {
              x: '0',
              y: '1',
              fill: 'currentColor',
              fillOpacity: 0.25,
            }),
            line(points(last?.wrong ?? []), { stroke: 'currentColor', strokeWidth: 1.5 }),
          ]
        : []),
      ruleY([0]),
    ],
  })
  return html`<figure class="small">
<figcaption>${experiment.title}</figcaption>
${svg}
<p class="key">${stageKey(stages, colour)}${noisy ? html`; filled grey: wrong labels at the end` : ''}.</p>
</figure>`
}

const points = (shares: readonly number[]): [number, number][] =>
  shares
    .slice(0, widest / degreesPerBin)
    .map((share, bin) => [(bin + 0.5) * degreesPerBin, 100 * share])

const sumOfSides = ({ right, wrong }: AngleSnapshot): number[] =>
  right.map((share, bin) => share + (wrong[bin] ?? 0))

const nameOf = ({ epoch }: AngleSnapshot): string => (epoch === 0 ? 'start' : `epoch ${epoch}`)

const stageKey = (stages: readonly AngleSnapshot[], colour: string): Html =>
  html`<span class="dot" style="background:${colour}"></span>Medians: ${stages
    .map((stage) => `${nameOf(stage)} ${stage.median.toFixed(0)}°`)
    .join(', ')}`

const describe = ({ title }: Experiment, stages: readonly AngleSnapshot[]): string =>
  `Histogram of the target angle with ${title}; medians: ${stages
    .map((stage) => `${nameOf(stage)} ${stage.median.toFixed(0)} degrees`)
    .join(', ')}`
