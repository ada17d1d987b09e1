import { type Measurement, titleOf } from '../run/contender.js'
import { gigaflops, type Shape } from '../shapes.js'
import { axes, curveOf, sweepsOf } from '../sweeps.js'
import { columns } from './columns.js'
import { figure } from './figure.js'
import { baselineOf, byContender, type Results } from './results.js'
import { isMet, measuredTargets } from './targets.js'

const sizesOf = ({ name, rows, dimension, classes, subCenters }: Shape): string => {
  const sizes = `N ${rows}, D ${dimension}, C ${classes}${subCenters > 1 ? `, K ${subCenters}` : ''}`
  return /^S\d$/.test(name) ? `${name}: ${sizes}` : sizes
}

/** One table a shape: times, ratios against the baseline, share of the roof, memory, errors. */
export const shapeTables = ({ measurements, roofs }: Results): string => {
  const shapes = new Map(measurements.map(({ shape }) => [shape.name, shape]))
  return [...shapes.values()]
    .map((shape) => {
      const rows = measurements.filter((one) => one.shape.name === shape.name)
      const base = rows[0] && baselineOf(rows[0], measurements)
      const onGpu = rows.some(({ gpuMb }) => gpuMb !== undefined)
      const head = [
        sizesOf(shape),
        ...['ms', 'range', 'CPU ms', 'turns', base ? `× ${base.engine.name}` : '', 'CPU ×'],
        ...['GFLOP/s', 'of peak', 'MB', ...(onGpu ? ['GPU MB'] : [])],
        ...['loss error', 'dx error', 'dW error'],
      ]
      const cells = (one: Measurement): string[] => {
        const speed = gigaflops(shape) / (one.wall.fastest / 1000)
        const peak = roofs[one.engine.roof] * one.threads
        const baseline = baselineOf(one, measurements)
        return [
          titleOf(one),
          figure(one.wall.median),
          `${figure(one.wall.fastest)}–${figure(one.wall.slowest)}`,
          figure(one.cpu.median),
          `${one.turns}`,
          baseline ? (baseline.wall.median / one.wall.median).toFixed(2) : '',
          baseline ? (baseline.cpu.median / one.cpu.median).toFixed(2) : '',
          figure(speed),
          `${((100 * speed) / peak).toFixed(0)} %`,
          one.peakMb.toFixed(0),
          ...(onGpu ? [one.gpuMb?.toFixed(1) ?? ''] : []),
          one.errorLoss.toExponential(1),
          one.errorDx.toExponential(1),
          one.errorDw.toExponential(1),
        ]
      }
      return columns(head, rows.map(cells))
    })
    .join('\n\n')
}

/** One row a contender: the exponent along each axis and the times that it was fitted to. */
export const sweepTable = ({ measurements }: Results): string => {
  const letters = axes.map(({ letter }) => letter)
  const rows = byContender(measurements).map((group) => {
    const sweeps = sweepsOf(group)
    return [
      group[0] ? titleOf(group[0]) : '',
      ...letters.flatMap((letter) => {
        const sweep = sweeps.find(({ axis }) => axis === letter)
        if (!sweep) return ['', '']
        const [first, last] = [sweep.points[0]?.[1] ?? 0, sweep.points.at(-1)?.[1] ?? 0]
        return [sweep.exponent.toFixed(2), `${figure(first)}–${figure(last)}`]
      }),
    ]
  })
  const head = axes.flatMap(({ letter, values }) => [`${letter}^`, `${values[0]}–${values.at(-1)}`])
  return columns(['', ...head], rows)
}

/** One row a contender: how its time grows with the classes. Empty where no two shapes differ in nothing else. */
export const curveTable = ({ measurements }: Results): string => {
  const rows = byContender(measurements).flatMap((group) => {
    const curve = curveOf(group)
    if (!curve || !group[0]) return []
    const [first, last] = [curve.points[0], curve.points.at(-1)] as const
    const range = (index: 0 | 1, text: (value: number) => string): string =>
      `${text(first?.[index] ?? 0)}–${text(last?.[index] ?? 0)}`
    return [[titleOf(group[0]), curve.exponent.toFixed(2), range(0, String), range(1, figure)]]
  })
  return rows.length > 0 ? columns(['Cost over the classes', 'C^', 'C', 'ms'], rows) : ''
}

/** What the project set itself, a row each; empty when no engine of it was measured. */
export const targetTable = (results: Results): string => {
  const rows = measuredTargets(results).flatMap(({ shape, targets }) =>
    targets.map((target) => [
      `${shape.name}: ${target.claim}`,
      `${target.atMost ? '<=' : '>='} ${figure(target.bound)}`,
      figure(target.measured),
      isMet(target) ? 'met' : 'missed',
    ]),
  )
  return rows.length > 0 ? columns(['Targets', 'bound', 'measured', ''], rows) : ''
}
