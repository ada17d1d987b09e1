import { type PlotOptions, plot } from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Look } from './colours.js'
import { Html, html } from './html.js'

/**
 * Draws a plot to SVG text, as one picture for a screen reader.
 *
 * @param label what the picture shows, in a sentence.
 */
export const drawPlot = (label: string, options: PlotOptions): Html => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = plot({ document, ...options, style: { fontSize: '13px' } }) as unknown as Element
  // Labels inside of a picture with a label of its own are noise, and axe rightly objects to them.
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
  svg.querySelector('style')?.remove()
  svg.removeAttribute('width')
  svg.removeAttribute('height')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  return new Html(svg.outerHTML)
}

/** One entry of a legend. */
export interface LegendEntry extends Look {
  readonly title: string
}

/** Short strokes with names, for several figures alike. */
export const legend = (entries: readonly LegendEntry[]): Html => html`<ul class="legend">
${entries.map(
  ({
    title,
    colour,
    dash,
  }) => html`<li><svg viewBox="0 0 26 8" aria-hidden="true"><line x1="1" y1="4" x2="25"
 y2="4" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash}"/></svg>${title}</li>`,
)}
</ul>`
