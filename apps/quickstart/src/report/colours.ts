import type { Experiment } from '../experiments.js'

/** How a loss is drawn, the same in every figure. */
export interface Look {
  /** Readable on light and on dark paper. */
  readonly colour: string
  /** SVG dash pattern; empty: a solid line. */
  readonly dash: string
}

/** Noisy runs take the colour of their loss; dashes tell the single center from the sub-centers. */
const looks: Readonly<Record<string, Look>> = {
  softmax: { colour: '#7d8590', dash: '' },
  normface: { colour: '#2a80d8', dash: '' },
  cosface: { colour: '#d9820f', dash: '' },
  arcface: { colour: '#d6336c', dash: '' },
  combined: { colour: '#8b62e0', dash: '' },
  'sphereface-r': { colour: '#2f9e55', dash: '' },
  'normface-noisy': { colour: '#2a80d8', dash: '' },
  'arcface-noisy': { colour: '#d6336c', dash: '5 3' },
  'arcface-noisy-k3': { colour: '#d6336c', dash: '' },
}

export const untrainedLook: Look = { colour: '#7d8590', dash: '1.5 3' }

/** The look of one experiment. */
export const lookOf = ({ key }: Experiment): Look => looks[key] ?? untrainedLook
