import type { Look } from '@arcmargin/ui'
import type { LossKey } from '../training/losses.js'
import type { Settings } from '../training/settings.js'

/** How a loss is named and drawn. */
interface LossLook extends Look {
  /** Its target logit at the settings. */
  readonly logit: (settings: Settings) => string
}

/** As in the margin explorer. */
export const looks: Readonly<Record<LossKey, LossLook>> = {
  softmax: {
    title: 'Softmax',
    colour: 'var(--ink)',
    dash: '2 4',
    logit: () => '|x|·|w|·cos θ + b',
  },
  normface: {
    title: 'NormFace',
    colour: 'var(--grey)',
    dash: '2 4',
    logit: ({ scale }) => `${scale}·cos θ`,
  },
  sphereface: {
    title: 'SphereFace',
    colour: 'var(--green)',
    dash: '10 4',
    logit: ({ scale, m1 }) => `${scale}·cos(${m1}·θ)`,
  },
  cosface: {
    title: 'CosFace',
    colour: 'var(--blue)',
    dash: '6 3',
    logit: ({ scale, m3 }) => `${scale}·(cos θ − ${m3})`,
  },
  arcface: {
    title: 'ArcFace',
    colour: 'var(--red)',
    dash: '',
    logit: ({ scale, m2 }) => `${scale}·cos(θ + ${m2})`,
  },
  combined: {
    title: 'Combined',
    colour: 'var(--purple)',
    dash: '12 3 2 3',
    logit: ({ scale, m1, m2, m3 }) => `${scale}·(cos(${m1}·θ + ${m2}) − ${m3})`,
  },
}

/** Radians as degrees with one decimal. */
export const inDegrees = (angle: number): string => `${((angle * 180) / Math.PI).toFixed(1)}°`

/** A share in percent. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
