import { testEmoji, trainEmoji, vendors } from '../pictures/split.js'
import { type Measure, summarise } from '../rows.js'
import { type Html, html } from './html.js'
import { drawThumbnails } from './thumbnails.js'
import type { ReportData } from './write.js'

/** An unseen emoji that the vendors draw in recognisably different ways. */
const example = 'panda'

/** What this is about: the task in words and pictures, and what the margin changed. */
export const introduction = async (data: ReportData): Promise<Html> => html`<header class="top">
<p class="brand">Arcmargin · quickstart</p>
<h1>Emoji that the network never saw</h1>
<p class="lead">A small network learns ${trainEmoji.length} emoji, each drawn by ${vendors.length} vendors, once with every loss.
Then it is asked about ${testEmoji.length} other emoji: which drawings show the same thing? It is face recognition with drawings for faces:
many identities, few and very different pictures of each, tested on identities that training never met.</p>
${await strip()}
${tiles(data)}
</header>`

const strip = async (): Promise<Html> => {
  const first = testEmoji.indexOf(example) * vendors.length
  const thumbnails = await drawThumbnails(vendors.map((_, v) => first + v))
  return html`<ul class="strip">${[...thumbnails.values()].map(
    ({ emoji, vendor, source }) =>
      html`<li><img src="${source}" alt="${emoji} by ${vendor}" title="${vendor}" width="64" height="64"></li>`,
  )}</ul>
<p class="note">One unseen emoji, seven drawings: each should find the other six.</p>`
}

const headlines: readonly {
  readonly measure: Measure
  readonly unit: string
  readonly meaning: string
}[] = [
  { measure: 'rank1', unit: ' %', meaning: 'find their emoji first, in another vendor’s gallery' },
  {
    measure: 'tarAtFar1e-3',
    unit: ' %',
    meaning: 'of the pairs accepted at one false accept in 1,000',
  },
  { measure: 'wEc', unit: '°', meaning: 'from a class weight to the centre of its pictures' },
]

/** From softmax to ArcFace, if both were trained. */
const tiles = ({ outcomes }: ReportData): Html => {
  const rows = outcomes.map(({ row }) => row)
  const cells = headlines.flatMap(({ measure, unit, meaning }) => {
    const before = summarise(rows, 'softmax', measure)
    const after = summarise(rows, 'arcface', measure)
    if (before === undefined || after === undefined) return []
    return html`<li><b>${before.mean.toFixed(1)} → ${after.mean.toFixed(1)}${unit}</b><span>${meaning}</span></li>`
  })
  if (cells.length === 0) return html``
  return html`<ul class="tiles">${cells}</ul>
<p class="note">From softmax to ArcFace, with the same pictures, network and schedule.</p>`
}
