import * as pairs from '@arcmargin/core/pairs'

/** A pair loss of core with the name it is exported by. */
export interface DocumentedPairLoss {
  readonly name: string
  readonly factory: pairs.PairLossFactory<never>
}

const isFactory = (value: unknown): value is pairs.PairLossFactory<never> =>
  typeof value === 'function' && 'definition' in value

/** Every pair loss that core exports. */
export const pairLosses: readonly DocumentedPairLoss[] = Object.entries(pairs).flatMap(
  ([name, factory]) => (isFactory(factory) ? [{ name, factory }] : []),
)
