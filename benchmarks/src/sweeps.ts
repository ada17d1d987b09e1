import type { Measurement } from './run/contender.js'
import { fittedExponent } from './run/statistics.js'
import { type Shape, shapeOf } from './shapes.js'

/** One size that is varied while the others stay. */
interface Axis {
  readonly letter: 'N' | 'D' | 'C' | 'K'
  readonly key: 'rows' | 'dimension' | 'classes' | 'subCenters'
  readonly values: readonly number[]
}

const base: Readonly<Record<Axis['key'], number>> = {
  rows: 64,
  dimension: 128,
  classes: 4000,
  subCenters: 1,
}

/** The sizes of the suite `scale`. */
export const axes: readonly Axis[] = [
  { letter: 'N', key: 'rows', values: [32, 64, 128, 256] },
  { letter: 'D', key: 'dimension', values: [64, 128, 256, 512] },
  { letter: 'C', key: 'classes', values: [2000, 4000, 8000, 16_000] },
  { letter: 'K', key: 'subCenters', values: [1, 2, 4, 8] },
]

const isSame = (a: Shape, b: Shape): boolean => axes.every(({ key }) => a[key] === b[key])

/** Every shape of the suite `scale`, each once. */
export const sweepShapes: readonly Shape[] = axes
  .flatMap(({ key, values }) =>
    values.map((value) => {
      const sizes: typeof base = { ...base, [key]: value }
      const { rows, dimension, classes, subCenters } = sizes
      return shapeOf(rows, dimension, classes, subCenters)
    }),
  )
  .filter((shape, index, shapes) => shapes.findIndex((one) => isSame(one, shape)) === index)

/** How a contender's time grows along one axis. */
export interface Sweep {
  readonly engine: string
  readonly threads: number
  readonly axis: Axis['letter']
  /** Size and ms of the fastest turn, which other load disturbs least; by rising size. */
  readonly points: readonly (readonly [size: number, ms: number])[]
  /** b of ms ≈ a·size^b. */
  readonly exponent: number
}

/** Sorts the measurements of one contender into the axes; an axis with one point has no curve. */
export const sweepsOf = (measurements: readonly Measurement[]): readonly Sweep[] => {
  const [first] = measurements
  if (!first) return []
  return axes.flatMap(({ letter, key }): Sweep[] => {
    const others = axes.filter((axis) => axis.key !== key)
    const points = measurements
      .filter(({ shape }) => others.every((axis) => shape[axis.key] === base[axis.key]))
      .map(({ shape, wall }) => [shape[key], wall.fastest] as const)
      .sort(([a], [b]) => a - b)
    if (points.length < 2) return []
    const { engine, threads } = first
    return [
      {
        engine: engine.name,
        threads,
        axis: letter,
        points,
        exponent: fittedExponent(points),
      },
    ]
  })
}

/** How a contender's time grows with the classes on shapes that differ in nothing else. */
interface Curve {
  readonly engine: string
  readonly threads: number
  /** Classes and ms of the fastest turn; by rising number of classes. */
  readonly points: readonly (readonly [classes: number, ms: number])[]
  /** b of ms ≈ a·classes^b. */
  readonly exponent: number
}

/** The curve of one contender over the shapes that differ from its first in their classes alone; one point is no curve. */
export const curveOf = (measurements: readonly Measurement[]): Curve | undefined => {
  const [first] = measurements
  if (!first) return undefined
  const others = axes.filter(({ key }) => key !== 'classes')
  const points = measurements
    .filter(({ shape }) => others.every(({ key }) => shape[key] === first.shape[key]))
    .map(({ shape, wall }) => [shape.classes, wall.fastest] as const)
    .sort(([a], [b]) => a - b)
  if (points.length < 2) return undefined
  const { engine, threads } = first
  return { engine: engine.name, threads, points, exponent: fittedExponent(points) }
}
