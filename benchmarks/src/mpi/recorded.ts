import type { Collective } from '@arcmargin/mpi'
import type { Exchange } from './task.js'

/** A collective that remembers its calls. */
export const recorded = (
  collective: Collective,
): { readonly collective: Collective; take(): readonly Exchange[] } => {
  let exchanges: Exchange[] = []
  return {
    collective: {
      ...collective,
      allReduce: (values, operation) => {
        exchanges.push({ kind: 'allReduce', bytes: values.byteLength })
        collective.allReduce(values, operation)
      },
      allGather: (values, counts) => {
        const gathered = collective.allGather(values, counts)
        exchanges.push({ kind: 'allGather', bytes: gathered.byteLength })
        return gathered
      },
    },
    take: () => {
      const taken = exchanges
      exchanges = []
      return taken
    },
  }
}
