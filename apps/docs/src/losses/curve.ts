import { compile, deriveLoss, initialState, type Loss, type PastPi } from '@arcmargin/core'
import { lineY, plot, ruleX, ruleY } from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { DocumentedLoss } from './losses.js'

const count = 181
const angles = Float64Array.from({ length: count }, (_, i) => (Math.PI * i) / (count - 1))

/** A middling setting for what a curve over the angle cannot show: norms, statistics and states. */
const norms = { featureNorm: 1, weightNorm: 1 }

interface Point {
  readonly degrees: number
  readonly value: number
  readonly series: string
}

/** Values of the target logit at every angle, or undefined where it depends on more than the angle and numbers that are known. */
const targetCurve = (loss: Loss): Float64Array | undefined => {
  const { target } = deriveLoss(loss)
  const known: Record<string, number> = { ...norms, classes: 10, ...initialState(loss, 10) }
  for (const [name, value] of Object.entries(loss.parameters))
    known[name] =
      typeof value === 'number' ? value : Number(loss.definition.parameters[name]?.default ?? 0.35)
  try {
    const program = compile([target.value], ['theta', 'cosTheta', 'sinTheta'])
    const lanes = { theta: angles, cosTheta: angles.map(Math.cos), sinTheta: angles.map(Math.sin) }
    return program.run(count, lanes, known)[0]?.slice(0, count)
  } catch {
    return undefined
  }
}

const optionsOf = ({ factory }: DocumentedLoss): readonly (PastPi | undefined)[] => {
  const { target } = factory.definition
  return typeof target === 'string' ? [undefined] : (Object.keys(target) as PastPi[])
}

/** Dashes tell the lines apart without colour. */
const dashes = ['', '6 3', '2 3', '10 4 2 4', '14 4']
const colours = [
  'var(--curve-1)',
  'var(--curve-2)',
  'var(--curve-3)',
  'var(--curve-4)',
  'var(--curve-5)',
]

/** The target logit against the angle for each treatment past π, as inline SVG; empty where there is no such curve. */
export const curveSvg = (loss: DocumentedLoss): string => {
  const { definition } = loss.factory
  const series = optionsOf(loss).flatMap((pastPi) => {
    const values = targetCurve(loss.factory(pastPi === undefined ? {} : { pastPi }))
    return values?.every(Number.isFinite) ? [{ title: pastPi ?? definition.name, values }] : []
  })
  if (series.length === 0) return ''
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const points = ({ title, values }: (typeof series)[number]): Point[] =>
    Array.from(values, (value, i) => ({ degrees: (180 * i) / (count - 1), value, series: title }))
  const svg = plot({
    document,
    width: 680,
    height: 300,
    marginLeft: 48,
    x: { label: 'θ in degrees', ticks: [0, 30, 60, 90, 120, 150, 180], domain: [0, 180] },
    y: { label: 'target logit', grid: true },
    style: { fontSize: '13px', background: 'none' },
    marks: [
      ruleY([0], { strokeOpacity: 0.4 }),
      ruleX([90], { strokeOpacity: 0.2 }),
      ...series.map((one, index) =>
        lineY(points(one), {
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
  svg.setAttribute(
    'aria-label',
    `Target logit of ${definition.name} from 0 to 180 degrees: ${names}`,
  )
  const legend = series
    .map(
      ({ title }, index) =>
        `<span><svg viewBox="0 0 30 8" width="30" height="8" aria-hidden="true"><line x1="1" y1="4" x2="29" y2="4" stroke="${colours[index]}" stroke-width="2.5" stroke-dasharray="${dashes[index]}"/></svg>${title}</span>`,
    )
    .join('')
  const figure = `<figure class="curve">${svg.outerHTML}<figcaption>${legend}</figcaption></figure>`
  return figure.replaceAll(/\s*\n\s*/g, ' ')
}
