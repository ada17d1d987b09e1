export * from '@arcmargin/core/pairs'
export { combinedLoss, pairLoss } from './pair-loss.js'
