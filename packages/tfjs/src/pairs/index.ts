export type { OtherTensors, PairLossOptions } from './options.js'
export { pairLoss } from './pair-loss.js'
