import {
  arcFace,
  combined,
  cosFace,
  type Loss,
  normFace,
  softmax,
  sphereFaceR,
} from '@arcmargin/core'
import type { Settings } from './settings.js'

/** The losses side by side, in the order of the page. */
export const lossKeys = [
  'softmax',
  'normface',
  'sphereface',
  'cosface',
  'arcface',
  'combined',
] as const

/** Name of a loss in links, tables and tests. */
export type LossKey = (typeof lossKeys)[number]

/** A loss of the page at given settings. */
export const lossOf = (key: LossKey, { m1, m2, m3, scale }: Settings): Loss => {
  switch (key) {
    case 'softmax':
      return softmax()
    case 'normface':
      return normFace({ scale })
    case 'sphereface':
      return sphereFaceR({ margin: m1, scale })
    case 'cosface':
      return cosFace({ margin: m3, scale })
    case 'arcface':
      return arcFace({ margin: m2, scale })
    case 'combined':
      return combined({ m1, m2, m3, scale, pastPi: 'mirror' })
  }
}
