import type { DataKind } from '../data/write.js'
import type { Machine } from '../machine.js'
import type { Roofs } from '../roofline/roofs.js'
import { type Absence, type Measurement, titleOf } from '../run/contender.js'
import { baselines, type Suite } from '../suites.js'

/** Everything that a run of the command found. */
export interface Results {
  readonly suite: Suite
  readonly data: DataKind
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
  readonly roofs: Roofs
  readonly measurements: readonly Measurement[]
  readonly absences: readonly Absence[]
}

/** Who is compared with: the name of the first baseline that was measured on the shape of `measurement`. */
export const baselineOf = (
  measurement: Measurement,
  measurements: readonly Measurement[],
): Measurement | undefined => {
  const same = measurements.filter(({ shape }) => shape.name === measurement.shape.name)
  const name = baselines.find((one) => same.some(({ engine }) => engine.name === one))
  const candidates = same.filter(({ engine }) => engine.name === name)
  return candidates.find(({ threads }) => threads === measurement.threads) ?? candidates[0]
}

/** Measurements of the same engine and threads together, in the order of their first. */
export const byContender = (
  measurements: readonly Measurement[],
): readonly (readonly Measurement[])[] => {
  const groups = new Map<string, Measurement[]>()
  for (const one of measurements) {
    const key = titleOf(one)
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}
