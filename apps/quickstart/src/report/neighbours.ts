import { type Experiment, experiments } from '../experiments.js'
import { neighbourCount } from '../neighbours.js'
import { testEmoji, vendors } from '../pictures/split.js'
import type { Outcome } from '../run.js'
import { lookOf } from './colours.js'
import { type Html, html } from './html.js'
import { drawThumbnails, type Thumbnail } from './thumbnails.js'
import type { ReportData } from './write.js'

interface Shown {
  readonly experiment: Experiment
  readonly outcome: Outcome
}

/** For a dozen random pictures of unseen emoji the nearest pictures, loss by loss, marked right or wrong. */
export const neighbourSection = async (data: ReportData): Promise<Html> => {
  const shown = experiments.flatMap((experiment): Shown[] => {
    const outcome = data.outcomes.find(({ row }) => row.loss === experiment.key)
    return outcome === undefined || experiment.wrongLabels > 0 ? [] : [{ experiment, outcome }]
  })
  if (shown.length === 0) return html``
  const lists = shown.flatMap(({ outcome }) => outcome.neighbours)
  const thumbnails = await drawThumbnails(lists.flatMap(({ query, found }) => [query, ...found]))
  const queries = (shown[0]?.outcome.neighbours ?? []).map(({ query }) => query)
  return html`<section aria-labelledby="neighbours">
<h2 id="neighbours">Nearest neighbours of unseen emoji</h2>
<p>${queries.length} pictures drawn at random (not picked), each with the ${neighbourCount} nearest of the other
${vendors.length * testEmoji.length - 1} pictures of unseen emoji. All ${neighbourCount} could be right: the same emoji by the six
other vendors. Over all pictures ${averages(data, shown)} of ${neighbourCount} are right. <span class="mark right">✓</span> the same emoji, <span class="mark wrong">✗</span> another one.
Seed ${data.options.seeds[0] ?? 0}. The network sees these pictures at 32 × 32 pixels.</p>
<div class="cards">
${queries.map((query, i) => card(query, i, shown, thumbnails))}
</div>
</section>`
}

/** Mean number of right neighbours, loss by loss, over every picture of the set and every seed. */
const averages = ({ outcomes }: ReportData, shown: readonly Shown[]): string =>
  shown
    .map(({ experiment: { key, title } }) => {
      const runs = outcomes.filter(({ row }) => row.loss === key)
      const sum = runs.reduce((total, { recognition }) => total + recognition.rPrecision, 0)
      return `${((sum / runs.length) * neighbourCount).toFixed(2)} (${title})`
    })
    .join(', ')

const card = (
  query: number,
  index: number,
  shown: readonly Shown[],
  thumbnails: ReadonlyMap<number, Thumbnail>,
): Html => {
  const asked = thumbnails.get(query)
  return html`<article class="card">
<header>${picture(asked, '')}<h3>${asked?.emoji ?? ''}<small>${asked?.vendor ?? ''}</small></h3></header>
${shown.map(({ experiment, outcome }) =>
  resultRow(experiment, query, outcome.neighbours[index]?.found ?? [], thumbnails),
)}
</article>`
}

const resultRow = (
  experiment: Experiment,
  query: number,
  found: readonly number[],
  thumbnails: ReadonlyMap<number, Thumbnail>,
): Html => {
  const isRight = (row: number): boolean =>
    Math.floor(row / vendors.length) === Math.floor(query / vendors.length)
  const right = found.filter(isRight).length
  return html`<div class="result">
<p><span class="dot" style="background:${lookOf(experiment).colour}"></span>${experiment.title}
 <b>${right}/${found.length}</b></p>
<ol>${found.map((row) => {
    const verdict = isRight(row) ? 'right' : 'wrong'
    return html`<li class="${verdict}">${picture(thumbnails.get(row), `, ${verdict}`)}<span
 class="mark ${verdict}" aria-hidden="true">${isRight(row) ? '✓' : '✗'}</span></li>`
  })}</ol></div>`
}

const picture = (thumbnail: Thumbnail | undefined, verdict: string): Html =>
  thumbnail === undefined
    ? html``
    : html`<img src="${thumbnail.source}" alt="${thumbnail.emoji} by ${thumbnail.vendor}${verdict}"
 title="${thumbnail.emoji} by ${thumbnail.vendor}" width="40" height="40">`
