import {
  arcFace,
  combined,
  cosFace,
  defineLoss,
  FormulaError,
  type Loss,
  normFace,
  type PastPi,
  parse,
  sphereFaceR,
} from '@arcmargin/core'
import type { Look } from '@arcmargin/ui'
import type { Settings } from './settings.js'

/** A loss with its place in the figures. */
export interface Shown extends Look {
  readonly key: string
  /** Its margins in words. */
  readonly setting: string
  readonly loss: Loss
}

/** What the combined margin does with a treatment that it does not offer. */
const combinedPastPi = (pastPi: PastPi): PastPi =>
  pastPi === 'linear' || pastPi === 'plain' ? 'none' : pastPi

/** The losses of the paper's figures at the visitor's settings. */
export const paperLosses = (settings: Settings): Shown[] => {
  const { sphere, arc, cos, m1, m2, m3, scale, pastPi } = settings
  return [
    {
      key: 'softmax',
      title: 'Softmax, normalised',
      setting: 'no margin',
      loss: normFace({ scale }),
      colour: 'var(--grey)',
      dash: '2 4',
    },
    {
      key: 'sphereface',
      title: 'SphereFace',
      setting: `m = ${sphere}`,
      loss: sphereFaceR({ margin: sphere, scale }),
      colour: 'var(--green)',
      dash: '10 4',
    },
    {
      key: 'arcface',
      title: 'ArcFace',
      setting: `m = ${arc}`,
      loss: arcFace({ margin: arc, scale, pastPi }),
      colour: 'var(--red)',
      dash: '',
    },
    {
      key: 'cosface',
      title: 'CosFace',
      setting: `m = ${cos}`,
      loss: cosFace({ margin: cos, scale }),
      colour: 'var(--blue)',
      dash: '6 3',
    },
    {
      key: 'combined',
      title: 'Combined',
      setting: `${m1}, ${m2}, ${m3}`,
      loss: combined({ m1, m2, m3, scale, pastPi: combinedPastPi(pastPi) }),
      colour: 'var(--purple)',
      dash: '12 3 2 3',
    },
  ]
}

/** Names that a visitor's margin may use. */
const names = ['theta', 'cosTheta', 'sinTheta', 'm1', 'm2', 'm3', 'scale'] as const

/** A visitor's margin: a loss, or what is wrong with the text and at which character. */
export type Own = { readonly loss: Loss } | { readonly message: string; readonly position: number }

/** Makes a loss of a visitor's formula. It is parsed, never run as code. */
export const ownLoss = ({ own, m1, m2, m3, scale }: Settings): Own => {
  try {
    // Parsed alone first, so that an error's position is one in the visitor's own text.
    parse(own, names)
    return { loss: ownDefinition(own)({ m1, m2, m3, scale }) }
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error
    const message = (error.message.split('\n')[0] ?? '').replace('; known here', '. Known here')
    return { message, position: error.position }
  }
}

const ownDefinition = (formula: string) =>
  defineLoss({
    name: 'Own margin',
    citation: 'typed into the margin explorer',
    parameters: {
      m1: { default: 1 },
      m2: { default: 0 },
      m3: { default: 0 },
      scale: { default: 64 },
    },
    target: `scale * (${formula})`,
    other: 'scale * cosTheta',
  })
