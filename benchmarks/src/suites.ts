import { engines } from './engines/all.js'
import { parseShape, type Shape } from './shapes.js'
import { sweepShapes } from './sweeps.js'

/** A set of comparisons. */
export interface Suite {
  readonly name: string
  readonly about: string
  /** Names of the engines, in the order of the table. */
  readonly engines: readonly string[]
  /** The shapes unless others are asked for. */
  readonly shapes: readonly Shape[]
  /** Whether it asks how cost grows, on shapes of its own. */
  readonly sweep: boolean
  /** Whether the curve of cost over the classes is shown, where shapes differ in nothing else. */
  readonly curve: boolean
}

const shapes = (...names: string[]): Shape[] => names.flatMap((name) => parseShape(name) ?? [])
const names = engines.map(({ name }) => name)

/** Engines on a GPU are measured in a suite of their own: their peak is another. */
const onGpu = engines.filter(({ roof }) => roof === 'gpu').map(({ name }) => name)

/** Every suite by name. */
export const suites: readonly Suite[] = [
  {
    name: 'cpu',
    about: 'a training-head step on the CPU by everything that a user could pick',
    engines: names.filter((name) => name !== 'pytorch-default' && !onGpu.includes(name)),
    shapes: shapes('S1', 'S2'),
    sweep: false,
    curve: false,
  },
  {
    name: 'onnx',
    about: 'graphs in ONNX Runtime beside PyTorch',
    engines: names.filter((name) => /^(onnxruntime|pytorch)/.test(name)),
    shapes: shapes('S1', 'S2'),
    sweep: false,
    curve: false,
  },
  {
    name: 'gpu',
    about: 'WebGPU in Node and WebGL in Chromium: cost from 1 000 to 1 000 000 classes (S4)',
    engines: onGpu,
    shapes: shapes('64x128x1000', '64x128x10000', '64x128x100000', 'S4'),
    sweep: false,
    curve: true,
  },
  {
    name: 'scale',
    about: 'cost against N, D, C and K, with fitted exponents',
    engines: names.filter(
      (name) => !/^pytorch-default$|-autograd$|-general$/.test(name) && !onGpu.includes(name),
    ),
    shapes: sweepShapes,
    sweep: true,
    curve: false,
  },
]

/** Whose time counts as 1: the first of these that was measured. */
export const baselines: readonly string[] = [
  'tfjs-webgpu',
  'tfjs-webgl',
  'pytorch',
  'core',
  'onnxruntime-node-naive',
]
