import type { LossState } from '../../src/head/index.js'
import * as core from '../../src/index.js'

/** A loss to try, with what has to be said to run it. */
export interface LossCase {
  /** Name of its factory in index.ts. */
  readonly factory: string
  readonly label: string
  readonly loss: core.Loss
  /** A state in which it behaves as after some training on embeddings of length 1 to 3. */
  readonly state?: LossState
  readonly subCenters?: number
}

/** Every factory that index.ts exports, by name. */
export const factories: ReadonlyMap<string, core.LossFactory<string>> = new Map(
  Object.entries(core).flatMap(([name, value]) =>
    typeof value === 'function' && 'definition' in value
      ? [[name, value as core.LossFactory<string>] as const]
      : [],
  ),
)

type Options = Readonly<Record<string, number | string>>

/** Settings of each factory: its default, and what changes the course of its formulas. */
const settings: Readonly<Record<string, readonly Options[]>> = {
  adaCos: [{}],
  adaFace: [{}, { margin: 0.5, h: 1 }],
  adaptiveFace: [{}],
  arcFace: [
    {},
    { pastPi: 'none' },
    { pastPi: 'easy' },
    { pastPi: 'plain', plainMargin: 0.1 },
    { pastPi: 'mirror' },
    { margin: 'perClass' },
    { margin: 'perSample', scale: 'perSample' },
    { scale: 'perClass' },
  ],
  arcFaceClipped: [{}],
  arcNegFace: [{}],
  circle: [{}],
  combined: [
    {},
    { pastPi: 'easy' },
    { pastPi: 'mirror', m1: 1.2, m2: 0.4, m3: 0.1 },
    { m1: 'perClass' },
  ],
  cosFace: [{}, { margin: 'perSample' }],
  curricularFace: [{}, { pastPi: 'none' }, { pastPi: 'easy' }, { pastPi: 'mirror' }],
  elasticArcFace: [{}],
  elasticArcFacePlus: [{}],
  elasticCosFace: [{}],
  elasticCosFacePlus: [{}],
  kappaFace: [{}],
  lSoftmax: [{}, { margin: 3, scale: 2 }],
  ldam: [{}],
  magFace: [
    { lowerNorm: 1, upperNorm: 3 },
    { lowerNorm: 1, upperNorm: 3, pastPi: 'none' },
    { lowerNorm: 1, upperNorm: 3, pastPi: 'linear' },
    { lowerNorm: 1, upperNorm: 3, pastPi: 'plain' },
    { lowerNorm: 1, upperNorm: 3, pastPi: 'mirror' },
  ],
  mvAm: [{}],
  mvAmFaceXZoo: [{}],
  mvAmFixed: [{}],
  mvArc: [{}],
  mvArcFaceXZoo: [{}],
  mvArcFixed: [{}],
  normFace: [{}],
  npcFace: [{}],
  p2sGrad: [{}],
  proxyAnchor: [{}],
  proxyNca: [{}, { scale: 8 }],
  proxyNcaOriginal: [{}],
  softTriple: [{}],
  softmax: [{}],
  sphereFace: [{}, { margin: 2, scale: 3 }],
  sphereFaceAnnealed: [{}, core.clcarwinSchedule],
  sphereFaceR: [{}],
  sphereFace2: [{}],
  svSoftmax: [{}],
  uniFace: [{}],
}

const states: Readonly<Record<string, LossState>> = {
  adaCos: { scale: 7.5 },
  adaFace: { mean: 2, std: 0.5 },
  curricularFace: { t: 0.3 },
  sphereFaceAnnealed: { iteration: 2000 },
}

/** How a loss prints in the name of a test. */
const labelOf = (factory: string, options: Options): string =>
  `${factory}(${JSON.stringify(options).replaceAll('"', '').replace('{}', '')})`

const make = (factory: string, options: Options): core.Loss =>
  (factories.get(factory) as (options: Options) => core.Loss)(options)

/** Every loss under all its settings, then filtered ones and ones with sub-centers. */
export const lossCases: readonly LossCase[] = [
  ...Object.entries(settings).flatMap(([factory, list]) =>
    list.map((options) => ({
      factory,
      label: labelOf(factory, options),
      loss: make(factory, options),
      ...(states[factory] ? { state: states[factory] } : {}),
    })),
  ),
  ...[core.arcFace(), core.cosFace(), core.arcFace({ margin: 'perClass' })].map((loss) => ({
    factory: 'filterInterclass',
    label: `filterInterclass(${loss.definition.name}, margin ${loss.parameters['margin']})`,
    loss: core.filterInterclass(loss, 0.1),
  })),
  ...['arcFace', 'softTriple', 'softmax', 'curricularFace', 'proxyAnchor'].map((factory) => ({
    factory,
    label: `${factory}() with 3 sub-centers`,
    loss: make(factory, {}),
    subCenters: 3,
    ...(states[factory] ? { state: states[factory] } : {}),
  })),
]
