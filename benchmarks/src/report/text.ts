import type { RoofName, Roofs } from '../roofline/roofs.js'
import { titleOf } from '../run/contender.js'
import { figure } from './figure.js'
import type { Results } from './results.js'

const peakNames: Readonly<Record<RoofName, string>> = {
  simd128: 'GFLOP/s of one thread in WebAssembly SIMD128',
  native: 'of one thread in native code (a matrix product of ONNX Runtime)',
  gpu: 'GFLOP/s of the GPU (the best of a few plain matrix products, 64x128x10000)',
}

const peaksOf = (roofs: Roofs): string =>
  (Object.keys(peakNames) as RoofName[])
    .filter((name) => roofs[name] > 0)
    .map((name) => `${figure(roofs[name])} ${peakNames[name]}`)
    .join(', ')

/** Machine, versions and limits. */
export const header = ({ machine, versions, roofs, data }: Results): string =>
  [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
    `load ${machine.loadBefore} before, ${machine.loadAfter} after; on an idle machine it is near 0 before`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    `peak: ${peaksOf(roofs)}`,
    ...(roofs.twoThreads > 0
      ? [`two threads of SIMD128 at once do ${roofs.twoThreads.toFixed(2)} times as much as one`]
      : []),
    `data: ${data}`,
  ].join('\n')

/** How to read the table, and who is missing. */
export const footer = ({ absences, suite }: Results): string => {
  const reasons = new Map<string, Set<string>>()
  for (const absence of absences) {
    const text = `${titleOf(absence)}: ${absence.failed ? 'FAILED, ' : 'left out, '}${absence.reason}`
    reasons.set(text, (reasons.get(text) ?? new Set()).add(absence.shape.name))
  }
  return [
    ...(suite.sweep ? sweepNotes : timeNotes),
    ...Array.from(reasons, ([text, shapes]) => `${text} (${[...shapes].join(', ')})`),
  ].join('\n')
}

const timeNotes = [
  'ms: median wall time of a step; range: fastest to slowest turn; CPU ms: median of all threads together.',
  '× name: how many times as fast, with as many threads if it has them; CPU ×: the same in CPU time, which other load disturbs less.',
  'GFLOP/s, of peak: of the fastest turn, and its share of the measured peak times threads (SIMD128 for JavaScript and WebAssembly, plain matrix products for a GPU).',
  'MB: peak resident memory of the process; GPU MB: of its buffers on the GPU, which a driver in software holds in the process. loss, dx, dW error: relative to float64, of gradients in the Frobenius norm; of dW from 250 000 classes on for those of the rows and 1 000 others, as one step moved them.',
]

const sweepNotes = [
  'N^: fitted exponent b of ms ≈ a·N^b (1: in proportion), and ms at the smallest and the largest N, each of the fastest turn; the same for D, C, K.',
]
