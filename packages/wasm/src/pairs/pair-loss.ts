import type { LossState } from '@arcmargin/core/head'
import {
  type CombinedBatch,
  type CombinedLoss,
  type CombinedResult,
  combinedLoss as combinedLossOfCore,
  type PairBatch,
  type PairLoss,
  type PairOptions,
  type PairResult,
  pairLoss as pairLossOfCore,
} from '@arcmargin/core/pairs'
import { doubleKernels } from '../kernel/doubles.js'
import { marginLoss } from '../step/margin-loss.js'

/**
 * A pair loss of a batch, and its gradients: `pairLoss` of `@arcmargin/core/pairs` with both matrix products, of the samples with
 * each other and of the pairs' slopes with the samples, in float64 SIMD. Scores, terms and close pairs are core's.
 *
 * @param loss any pair loss, e.g. `supCon()`.
 * @param batch embeddings [N, D] and labels [N] (-1: ignored), or two sets of samples. Not changed.
 * @param options those of core.
 * @throws what core throws, before anything is computed; WebAssemblyUnavailableError where WebAssembly is blocked.
 */
export const pairLoss = (loss: PairLoss, batch: PairBatch, options: PairOptions = {}): PairResult =>
  pairLossOfCore(loss, batch, options, doubleKernels)

/**
 * Several losses of one batch as one: `combinedLoss` of `@arcmargin/core/pairs` on this package's `marginLoss` and `pairLoss`.
 *
 * @throws what core throws; WebAssemblyUnavailableError where WebAssembly is blocked.
 */
export const combinedLoss = (
  combined: CombinedLoss,
  batch: CombinedBatch,
  states: Readonly<Record<string, LossState>> = {},
): CombinedResult => combinedLossOfCore(combined, batch, states, { marginLoss, pairLoss })
