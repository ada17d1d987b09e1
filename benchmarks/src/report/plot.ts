import { dot, gridX, gridY, line, type PlotOptions, plot, ruleY, text } from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { titleOf } from '../run/contender.js'
import { curveOf, sweepsOf } from '../sweeps.js'
import { figure } from './figure.js'
import { byContender, type Results } from './results.js'

/** The results as one picture: SVG text with a label of its own. */
export const drawResults = (results: Results): string => {
  if (results.suite.sweep) return drawSweeps(results)
  return (results.suite.curve ? drawCurves(results) : undefined) ?? drawTimes(results)
}

/** Medians as dots and ranges as lines over a logarithmic axis, one panel a shape. */
const drawTimes = ({ measurements, suite }: Results): string => {
  const rows = measurements.map((one) => ({
    title: titleOf(one),
    shape: one.shape.name,
    own: one.engine.own,
    ms: one.wall.median,
    fastest: one.wall.fastest,
    slowest: one.wall.slowest,
  }))
  const titles = [...new Set(rows.map(({ title }) => title))]
  const shapes = new Set(rows.map(({ shape }) => shape))
  const stroke = ({ own }: { own: boolean }): string => (own ? 'ours' : 'others')
  return draw(
    `Milliseconds a step in suite ${suite.name}: ${rows.map(({ title, shape, ms }) => `${title} on ${shape} ${figure(ms)}`).join('; ')}`,
    {
      width: 800,
      height: 80 + shapes.size * (40 + 20 * titles.length),
      marginLeft: 230,
      marginRight: 60,
      marginBottom: 46,
      x: { type: 'log', label: 'ms a step (log scale)', tickFormat: ',' },
      y: { domain: titles, label: null },
      fy: { domain: [...shapes], label: null },
      color: { domain: ['ours', 'others'], range: ['#b3261e', '#33536b'], legend: false },
      marks: [
        gridX({ strokeOpacity: 0.15 }),
        ruleY(rows, {
          ...{ y: 'title', fy: 'shape', x1: 'fastest', x2: 'slowest' },
          stroke,
          strokeWidth: 2,
        }),
        dot(rows, { y: 'title', fy: 'shape', x: 'ms', fill: stroke, r: 4 }),
      ],
    },
  )
}

/** Time over size, both logarithmic, one panel an axis: a straight line of slope 1 is cost in proportion. */
const drawSweeps = ({ measurements }: Results): string => {
  const sweeps = byContender(measurements).flatMap((group) => {
    const [first] = group
    return first ? sweepsOf(group).map((sweep) => ({ ...sweep, title: titleOf(first) })) : []
  })
  const rows = sweeps.flatMap(({ title, axis, points }) =>
    points.map(([size, ms]) => ({ title, axis, relative: size / (points[0]?.[0] ?? 1), ms })),
  )
  return draw(
    `Fitted exponents of cost: ${sweeps.map(({ title, axis, exponent }) => `${title} in ${axis} ${exponent.toFixed(2)}`).join('; ')}`,
    {
      width: 1000,
      height: 420,
      marginTop: 36,
      marginLeft: 56,
      marginRight: 240,
      marginBottom: 44,
      x: { type: 'log', base: 2, label: 'size over the smallest', ticks: [1, 2, 4, 8] },
      y: { type: 'log', label: 'ms a step, fastest turn', tickFormat: ',' },
      fx: { domain: ['N', 'D', 'C', 'K'], label: null },
      color: { legend: false, scheme: 'Observable10' },
      marks: [
        gridX({ strokeOpacity: 0.15 }),
        gridY({ strokeOpacity: 0.15 }),
        line(rows, { x: 'relative', y: 'ms', fx: 'axis', stroke: 'title' }),
        dot(rows, { x: 'relative', y: 'ms', fx: 'axis', fill: 'title', r: 3 }),
        ...legend([...new Set(rows.map(({ title }) => title))], { fx: 'axis' }),
      ],
    },
  )
}

/** Time over the number of classes, both logarithmic; undefined where no contender was measured on two. */
const drawCurves = ({ measurements }: Results): string | undefined => {
  const curves = byContender(measurements).flatMap((group) => {
    const [first, curve] = [group[0], curveOf(group)]
    return first && curve ? [{ ...curve, title: titleOf(first) }] : []
  })
  if (curves.length === 0) return undefined
  const named = curves.map(({ title, exponent, points }) => ({
    title: `${title}: C^${exponent.toFixed(2)}`,
    points,
  }))
  const rows = named.flatMap(({ title, points }) =>
    points.map(([classes, ms]) => ({ title, classes, ms })),
  )
  return draw(
    `Milliseconds a step over the number of classes, with fitted exponents: ${named.map(({ title, points }) => `${title}, ${points.map(([classes, ms]) => `${figure(ms)} at ${classes}`).join(', ')}`).join('; ')}`,
    {
      ...{ width: 800, height: 420, marginLeft: 64, marginRight: 220, marginBottom: 44 },
      x: { type: 'log', label: 'classes (log scale)', tickFormat: '~s' },
      y: { type: 'log', label: 'ms a step, fastest turn (log scale)', tickFormat: ',' },
      color: { legend: false, scheme: 'Observable10' },
      marks: [
        gridX({ strokeOpacity: 0.15 }),
        gridY({ strokeOpacity: 0.15 }),
        line(rows, { x: 'classes', y: 'ms', stroke: 'title' }),
        dot(rows, { x: 'classes', y: 'ms', fill: 'title', r: 3 }),
        ...legend(
          named.map(({ title }) => title),
          {},
        ),
      ],
    },
  )
}

/** The names in their colours, beside the last panel. */
const legend = (titles: readonly string[], facet: { readonly fx?: string }) =>
  titles.map((title, index) =>
    text([{ title, axis: 'K' }], {
      ...{ text: 'title', fill: 'title', ...facet, frameAnchor: 'top-right' },
      ...{ textAnchor: 'start', dx: 14, dy: 18 * index },
    }),
  )

const draw = (label: string, options: PlotOptions): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = plot({ document, ...options, style: { fontSize: '12px' } }) as unknown as Element
  // Labels inside of a picture with a label of its own are noise for a screen reader.
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${svg.outerHTML}\n`
}
