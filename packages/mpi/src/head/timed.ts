import type { Collective } from '../collective/collective.js'

/** Where the seconds of a step went. */
export interface Clock {
  /** Seconds in exchanges since the last call. */
  take(): number
}

/** A collective that keeps the time that its exchanges take. */
export const timed = (
  collective: Collective,
): { readonly collective: Collective; readonly clock: Clock } => {
  let spent = 0
  const keep =
    <A extends readonly unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      const since = performance.now()
      const result = work(...args)
      spent += performance.now() - since
      return result
    }
  return {
    collective: {
      ...collective,
      allReduce: keep(collective.allReduce),
      allGather: (values, counts) => keep(() => collective.allGather(values, counts))(),
      broadcast: keep(collective.broadcast),
      barrier: keep(collective.barrier),
    },
    clock: {
      take: () => {
        const seconds = spent / 1000
        spent = 0
        return seconds
      },
    },
  }
}
