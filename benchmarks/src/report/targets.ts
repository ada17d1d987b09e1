import { type Measurement, titleOf } from '../run/contender.js'
import { gigaflops, type Shape } from '../shapes.js'
import type { Results } from './results.js'

/** Something that the project set itself, and what was measured. */
export interface Target {
  readonly claim: string
  readonly bound: number
  /** Whether the bound is a maximum. */
  readonly atMost: boolean
  readonly measured: number
}

type Find = (engine: string, threads: number) => Measurement | undefined

/** How many times as fast the first is, by median wall time. */
const speed = (
  one: Measurement | undefined,
  other: Measurement | undefined,
  bound: number,
): Target[] =>
  one && other
    ? [
        {
          claim: `${titleOf(one)} against ${titleOf(other)}: times as fast`,
          bound,
          atMost: false,
          measured: other.wall.median / one.wall.median,
        },
      ]
    : []

const shareOfPeak = (one: Measurement | undefined, { roofs }: Results, bound: number): Target[] =>
  one
    ? [
        {
          claim: `${titleOf(one)}: share of the peak, %`,
          bound,
          atMost: false,
          measured:
            (100 * gigaflops(one.shape)) /
            (one.wall.fastest / 1000) /
            (roofs[one.engine.roof] * one.threads),
        },
      ]
    : []

/** W, dW and 64 MB: no array of N×C, no second copy. */
const memory = (one: Measurement | undefined): Target[] => {
  if (!one) return []
  const { classes, subCenters, dimension } = one.shape
  const bound = (2 * 4 * classes * subCenters * dimension) / 2 ** 20 + 64
  return [{ claim: `${titleOf(one)}: peak MB`, bound, atMost: true, measured: one.peakMb }]
}

/** Peak memory of the first in per cent of the other's. */
const memoryShare = (
  one: Measurement | undefined,
  other: Measurement | undefined,
  bound: number,
): Target[] =>
  one && other
    ? [
        {
          claim: `${titleOf(one)} against ${titleOf(other)}: peak memory, %`,
          bound,
          atMost: true,
          measured: (100 * one.peakMb) / other.peakMb,
        },
      ]
    : []

/** Of one step with SGD: W and 16 MB of buffers. */
const gpuMemory = (one: Measurement | undefined): Target[] => {
  if (one?.gpuMb === undefined) return []
  const { classes, subCenters, dimension } = one.shape
  const bound = (4 * classes * subCenters * dimension) / 2 ** 20 + 16
  return one.shape.classes < 1e6
    ? []
    : [{ claim: `${titleOf(one)}: peak GPU MB`, bound, atMost: true, measured: one.gpuMb }]
}

/** Runs of the same step whose bits differ. */
const determinism = (one: Measurement | undefined): Target[] =>
  one?.sameBits === undefined
    ? []
    : [
        {
          claim: `${titleOf(one)}: bits that differ from run to run`,
          bound: 0,
          atMost: true,
          measured: one.sameBits ? 0 : 1,
        },
      ]

/** The shape whose share of plain products is judged has so many. */
const judgedClasses = 10_000

/** Where the composition's own overheads weigh most, less is asked for. */
const fewClasses = 1000

/** On a GPU a step is short from few classes on. */
const gpuTargetsOf = (find: Find, results: Results, { classes }: Shape): Target[] => [
  ...speed(find('webgpu-step', 1), find('tfjs-webgpu', 1), classes > fewClasses ? 8 : 7),
  ...speed(find('arcmargin-tfjs-webgpu', 1), find('tfjs-webgpu', 1), classes > fewClasses ? 5 : 1),
  ...speed(find('arcmargin-tfjs-webgl', 1), find('tfjs-webgl', 1), 1),
  ...(classes === judgedClasses ? shareOfPeak(find('webgpu-step', 1), results, 80) : []),
  ...gpuMemory(find('webgpu-step', 1)),
  ...determinism(find('webgpu-step', 1)),
]

/** On TensorFlow.js' CPU backends: against both compositions, of which the one by hand is the faster. */
const tfjsTargetsOf = (find: Find, { classes }: Shape): Target[] => [
  ...['tfjs-wasm', 'tfjs-wasm-autograd'].flatMap((composition) =>
    speed(find('arcmargin-tfjs-wasm', 1), find(composition, 1), classes > fewClasses ? 3 : 1),
  ),
  ...['tfjs-cpu', 'tfjs-cpu-autograd'].flatMap((composition) =>
    speed(find('arcmargin-tfjs-cpu', 1), find(composition, 1), 1),
  ),
]

const targetsOf = (find: Find, results: Results): Target[] => [
  ...shareOfPeak(find('wasm', 1), results, 75),
  ...speed(find('wasm', 2), find('wasm', 1), 1.8),
  ...speed(find('wasm', 2), find('pytorch', 2), 1),
  ...speed(find('wasm', 1), find('tfjs-wasm', 1), 10),
  ...speed(find('wasm', 1), find('onnxruntime-web-naive', 1), 2),
  ...memory(find('wasm', 1)),
  ...speed(find('onnxruntime-node', 1), find('pytorch', 1), 1),
  ...speed(find('onnxruntime-node', 2), find('pytorch', 2), 1.4),
  ...speed(find('onnxruntime-node', 1), find('onnxruntime-node-naive', 1), 1),
  ...speed(find('onnxruntime-node', 2), find('onnxruntime-node-naive', 2), 1),
  ...memoryShare(find('onnxruntime-node', 1), find('pytorch', 1), 50),
  ...memoryShare(find('onnxruntime-node', 1), find('pytorch-default', 1), 50),
]

/** Targets of CPUs are for shapes from this size on: below, a step is mostly overhead. */
const smallest = 1

/** The targets whose engines were measured, by shape. */
export const measuredTargets = (
  results: Results,
): readonly { readonly shape: Shape; readonly targets: readonly Target[] }[] => {
  const shapes = new Map(results.measurements.map(({ shape }) => [shape.name, shape]))
  return [...shapes.values()]
    .map((shape) => {
      const find: Find = (engine, threads) =>
        results.measurements.find(
          (one) =>
            one.shape.name === shape.name && one.engine.name === engine && one.threads === threads,
        )
      const large = gigaflops(shape) >= smallest
      const targets = [
        ...(large ? targetsOf(find, results) : []),
        ...tfjsTargetsOf(find, shape),
        ...gpuTargetsOf(find, results, shape),
      ]
      return { shape, targets }
    })
    .filter(({ targets }) => targets.length > 0)
}

/** Whether a target is met. */
export const isMet = ({ bound, atMost, measured }: Target): boolean =>
  atMost ? measured <= bound : measured >= bound
