import { type Experiment, experiments } from '../experiments.js'
import { gateSeeds } from '../gates.js'
import { type ReferenceValue, reference } from '../reference.js'
import { type Measure, summarise } from '../rows.js'
import { lookOf } from './colours.js'
import { type Html, html } from './html.js'
import type { ReportData } from './write.js'

const columns: readonly { readonly measure: Measure; readonly head: string }[] = [
  { measure: 'rank1', head: 'rank-1, %' },
  { measure: 'tarAtFar1e-2', head: 'TAR@FAR 10⁻², %' },
  { measure: 'tarAtFar1e-3', head: 'TAR@FAR 10⁻³, %' },
  { measure: 'eer', head: 'EER, %' },
  { measure: 'wEc', head: 'W-EC' },
  { measure: 'wInter', head: 'W-Inter' },
  { measure: 'intra', head: 'Intra' },
  { measure: 'inter', head: 'Inter' },
  { measure: 'seconds', head: 'seconds' },
]

/** The angles of two seeds differ by 0.1° or 0.2°: not worth the room. */
const spreads: readonly Measure[] = ['rank1', 'tarAtFar1e-2', 'tarAtFar1e-3', 'eer']

/** The table of all measures, the reference below each, and the gates where they were measured. */
export const resultSection = (data: ReportData): Html => html`<section aria-labelledby="results">
<h2 id="results">Results</h2>
<p>${data.options.seeds.length === 1 ? 'One seed' : `Mean ± standard deviation of ${data.options.seeds.length} seeds`},
${data.options.epochs} epochs. In grey below each number: the same benchmark in PyTorch, mean of three seeds. Angles in
degrees, on the training set.</p>
<div class="scroll" role="region" aria-label="Table of results" tabindex="0">
<table>
<thead><tr><th scope="col">loss</th>${columns.map(({ head }) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${untrainedRow(data)}
${experiments.map((experiment) => row(data, experiment))}
</tbody>
</table>
</div>
${gateList(data)}
</section>`

const untrainedRow = ({ untrained }: ReportData): Html => {
  if (untrained === undefined) return html``
  const known = reference['untrained'] ?? {}
  const rates: readonly (readonly [number, ReferenceValue | undefined])[] = [
    [untrained.rank1, known.rank1],
    [untrained.tarAtFar1e2, known['tarAtFar1e-2']],
    [untrained.tarAtFar1e3, known['tarAtFar1e-3']],
    [untrained.eer, undefined],
  ]
  return html`<tr><th scope="row">front end, untrained</th>${rates.map(([rate, value]) =>
    cell((100 * rate).toFixed(1), value),
  )}${columns.slice(rates.length).map(() => html`<td></td>`)}</tr>`
}

const row = ({ outcomes }: ReportData, experiment: Experiment): Html => {
  const { key, title, wrongLabels } = experiment
  const rows = outcomes.map((outcome) => outcome.row)
  if (!rows.some(({ loss }) => loss === key)) return html``
  const known = reference[key] ?? {}
  return html`<tr><th scope="row"><span class="dot" style="background:${lookOf(experiment).colour}"></span>${title}${
    wrongLabels > 0 ? html`<small>25 % wrong labels</small>` : ''
  }</th>${columns.map(({ measure }) => {
    const { mean, deviation } = summarise(rows, key, measure) ?? { mean: 0, deviation: 0 }
    const own = Number.isNaN(mean) ? '' : mean.toFixed(measure === 'seconds' ? 0 : 1)
    const spread = deviation > 0 && spreads.includes(measure) ? ` ± ${deviation.toFixed(1)}` : ''
    return cell(own + spread, known[measure])
  })}</tr>`
}

const cell = (own: string, known: ReferenceValue | undefined): Html => {
  if (known === undefined) return html`<td>${own}</td>`
  const spread = known.deviation === undefined ? '' : ` ± ${known.deviation.toFixed(1)}`
  return html`<td>${own}<small><span class="hidden">reference </span>${known.mean.toFixed(1)}${spread}</small></td>`
}

const gateList = ({ gates }: ReportData): Html => {
  if (gates.length === 0) {
    return html`<p class="note">What the benchmark must show is judged on the mean of ${gateSeeds} seeds:
<code>npm run demo -- --seeds ${gateSeeds}</code>.</p>`
  }
  return html`<h3>What it must show</h3>
<ul class="gates">${gates.map(
    ({ claim, bound, measured, passed }) =>
      html`<li><span class="mark ${passed ? 'right' : 'wrong'}">${
        passed ? 'pass' : 'fail'
      }</span> ${claim.replaceAll(' - ', ' − ')}: <b>${measured.toFixed(2)}</b> (${bound.replace('>=', '≥').replace('<=', '≤')})</li>`,
  )}</ul>`
}
