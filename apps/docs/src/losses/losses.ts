import * as core from '@arcmargin/core'
import { families } from './families.js'

/** A loss of core with the name it is exported by. */
export interface DocumentedLoss {
  readonly name: string
  readonly family: string
  readonly factory: core.LossFactory<never>
}

const isFactory = (value: unknown): value is core.LossFactory<never> =>
  typeof value === 'function' && 'definition' in value

/** Every loss that core exports, by name. */
export const factories: ReadonlyMap<string, core.LossFactory<never>> = new Map(
  Object.entries(core).filter((entry): entry is [string, core.LossFactory<never>] =>
    isFactory(entry[1]),
  ),
)

/**
 * Every loss of core, family by family.
 *
 * @throws Error when a loss has no family or a family names no loss.
 */
export const losses: readonly DocumentedLoss[] = Object.entries(families).flatMap(
  ([family, names]) =>
    names.map((name) => {
      const factory = factories.get(name)
      if (!factory) throw new Error(`${name} is in families.ts but not exported by core`)
      return { name, family, factory }
    }),
)

for (const name of factories.keys()) {
  if (!losses.some((loss) => loss.name === name))
    throw new Error(
      `${name} is exported by core but has no family in apps/docs/src/losses/families.ts`,
    )
}
