export type { MarginLossOptions, StateVariables } from './head/options.js'
export type { Labels } from './head/plan.js'
export { marginLoss } from './margin-loss.js'
export { createState, readState } from './state.js'
