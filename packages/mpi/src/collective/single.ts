import type { Collective } from './collective.js'

/** A job of one process: nothing is exchanged. */
export const single = (): Collective => ({
  rank: 0,
  size: 1,
  allReduce: () => {},
  allGather: <T>(values: T): T => values,
  broadcast: () => {},
  barrier: () => {},
  abort: (reason) => {
    throw reason instanceof Error ? reason : new Error(String(reason))
  },
  close: () => {},
})
