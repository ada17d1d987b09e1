import type { Measure } from './rows.js'

/** Mean and, where known, standard deviation of three seeds. */
export interface ReferenceValue {
  readonly mean: number
  readonly deviation?: number
}

export type ReferenceRow = Readonly<Partial<Record<Measure, ReferenceValue>>>

const rates = (
  [rank1, deviation1]: readonly [number, number?],
  [tar1e2, deviation2]: readonly [number, number?],
  [tar1e3, deviation3]: readonly [number, number?],
): ReferenceRow => ({
  rank1: value(rank1, deviation1),
  'tarAtFar1e-2': value(tar1e2, deviation2),
  'tarAtFar1e-3': value(tar1e3, deviation3),
})

const angles = (wEc: number, wInter: number, intra: number, inter: number): ReferenceRow => ({
  wEc: value(wEc),
  wInter: value(wInter),
  intra: value(intra),
  inter: value(inter),
})

const value = (mean: number, deviation?: number): ReferenceValue =>
  deviation === undefined ? { mean } : { mean, deviation }

/** The same data, net and training in PyTorch: what this run is compared with. */
export const reference: Readonly<Record<string, ReferenceRow>> = {
  untrained: rates([48.7], [40.0], [20.3]),
  softmax: {
    ...rates([57.0, 1.2], [66.8, 1.1], [39.5, 0.7]),
    ...angles(29.2, 61.6, 32.4, 47.1),
  },
  normface: {
    ...rates([58.6, 0.5], [68.1, 0.5], [41.2, 0.4]),
    ...angles(26.9, 61.8, 33.4, 47.5),
  },
  cosface: {
    ...rates([59.4, 0.7], [69.3, 0.8], [44.1, 0.8]),
    ...angles(21.3, 62.8, 33.0, 50.7),
  },
  arcface: {
    ...rates([59.6, 0.7], [69.0, 0.9], [43.3, 0.7]),
    ...angles(16.9, 59.0, 31.0, 49.2),
  },
  combined: {
    ...rates([59.7, 0.7], [69.1, 1.0], [43.4, 1.0]),
    ...angles(17.9, 60.2, 31.6, 49.8),
  },
  'sphereface-r': {
    ...rates([59.3, 0.4], [68.3, 0.7], [40.8, 0.4]),
    ...angles(19.1, 56.2, 30.9, 46.2),
  },
  'normface-noisy': rates([54.3, 0.9], [63.9, 0.6], [35.8, 1.4]),
  'arcface-noisy': rates([56.0], [65.8], [38.8]),
  'arcface-noisy-k3': rates([57.3], [67.2], [40.3]),
}
