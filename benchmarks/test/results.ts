import { engines } from '../src/engines/all.js'
import type { Results } from '../src/report/results.js'
import type { Measurement } from '../src/run/contender.js'
import { parseShape, type Shape } from '../src/shapes.js'
import { suites } from '../src/suites.js'

/** A measurement that took so many ms. */
export const measured = (
  name: string,
  threads: number,
  shape: string | Shape,
  ms: number,
): Measurement => {
  const engine = engines.find((one) => one.name === name)
  const found = typeof shape === 'string' ? parseShape(shape) : shape
  if (!engine || !found) throw new Error(`${name}, ${shape}`)
  return {
    ...{ engine, threads, shape: found, turns: 7, peakMb: 123.4 },
    ...{ errorLoss: 1.5e-8, errorDx: 4.5e-7, errorDw: 6e-7 },
    wall: { median: ms, fastest: ms / 2, slowest: ms * 2 },
    cpu: { median: ms * threads, fastest: ms, slowest: ms * 3 },
  }
}

/** Results of a suite on a machine that does not exist. */
export const resultsOf = (
  suiteName: string,
  measurements: readonly Measurement[],
  absences: Results['absences'] = [],
): Results => {
  const suite = suites.find(({ name }) => name === suiteName)
  if (!suite) throw new Error(suiteName)
  const machine = { cpu: 'a CPU', cores: 2, memoryGb: 4, system: 'a system' }
  return {
    ...{ suite, measurements, absences, data: 'random', versions: { node: '20' } },
    roofs: { simd128: 50, native: 100, gpu: 0, twoThreads: 1.9 },
    machine: { ...machine, loadBefore: 0.1, loadAfter: 1.2 },
  }
}
