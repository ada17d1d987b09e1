import { gridX, gridY, line, type PlotOptions, ruleX } from '@observablehq/plot'
import { degrees } from '../model/curve.js'
import type { Shown } from '../model/losses.js'

/** Values of one loss over the angles in radians. */
export interface Series {
  readonly look: Pick<Shown, 'key' | 'colour' | 'dash'>
  readonly theta: Float64Array
  readonly values: Float64Array
}

const ticks = [0, 30, 60, 90, 120, 150, 180]

/** Beyond this jump between neighbouring samples a line is broken rather than drawn as steep. */
const brokenAt = (values: Float64Array): number =>
  0.04 * values.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0)

/** Points of a line in degrees, with a gap wherever the values jump. */
const points = (theta: Float64Array, values: Float64Array): [number, number][] => {
  const limit = brokenAt(values)
  return Array.from(theta, (angle, i): [number, number][] => {
    const value = values[i] as number
    const jumps = i > 0 && Math.abs(value - (values[i - 1] as number)) > limit
    const point: [number, number] = [degrees(angle), value]
    return jumps ? [[degrees(angle), Number.NaN], point] : [point]
  }).flat()
}

/** Lines over the angle, with a rule at the angle that is read. */
export const angleLines = (
  series: readonly Series[],
  y: { readonly label: string },
  height: number,
  read: number,
): PlotOptions => ({
  height,
  marginLeft: 48,
  marginBottom: 40,
  marginTop: 26,
  x: { domain: [0, 180], ticks, label: 'θ to the own class weight, degrees' },
  y: { ...y, nice: true },
  marks: [
    gridX({ ticks, strokeOpacity: 0.13 }),
    gridY({ strokeOpacity: 0.13 }),
    ruleX([read], { stroke: 'var(--ink)', strokeOpacity: 0.5, strokeDasharray: '2 3' }),
    ...series.map(({ look, theta, values }) =>
      line(points(theta, values), {
        stroke: look.colour,
        strokeDasharray: look.dash,
        strokeWidth: 2.25,
        clip: true,
        className: `line-${look.key}`,
      }),
    ),
  ],
})
