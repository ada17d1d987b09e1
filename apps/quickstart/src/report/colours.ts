import type { Experiment } from '../experiments.js'

/** How a loss is drawn, the same in every figure. */
export interface Look {
  /** Readable on light and on dark paper. */
  readonly colour: string
  /** SVG dash pattern; empty: a solid line. */
  readonly dash: string
}

/** Pair losses are dashed or dotted. Noisy runs take the colour of their loss; dashes tell the single center from the sub-centers. */
const looks: Readonly<Record<string, Look>> = {
  softmax: { colour: '#7d8590', dash: '' },
  normface: { colour: '#2a80d8', dash: '' },
  cosface: { colour: '#d9820f', dash: '' },
  arcface: { colour: '#d6336c', dash: '' },
  combined: { colour: '#8b62e0', dash: '' },
  'sphereface-r': { colour: '#2f9e55', dash: '' },
  'arcface-center': { colour: '#d6336c', dash: '5 3' },
  contrastive: { colour: '#0f9aa8', dash: '5 3' },
  triplet: { colour: '#2a80d8', dash: '5 3' },
  'triplet-hard': { colour: '#2a80d8', dash: '1.5 3' },
  ntxent: { colour: '#2f9e55', dash: '1.5 3' },
  supcon: { colour: '#2f9e55', dash: '5 3' },
  'multi-similarity': { colour: '#d9820f', dash: '5 3' },
  circle: { colour: '#8b62e0', dash: '5 3' },
  'normface-noisy': { colour: '#2a80d8', dash: '' },
  'arcface-noisy': { colour: '#d6336c', dash: '5 3' },
  'arcface-noisy-k3': { colour: '#d6336c', dash: '' },
}

export const untrainedLook: Look = { colour: '#7d8590', dash: '1.5 3' }

/** The look of one experiment. */
export const lookOf = ({ key }: Experiment): Look => looks[key] ?? untrainedLook
