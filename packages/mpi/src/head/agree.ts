import type { Collective } from '../collective/collective.js'
import { PeerError } from '../errors.js'

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Runs what may fail on some processes and not on others, and lets all of them fail together: nobody waits for one that is gone.
 *
 * @throws this process's own error; PeerError where another one failed.
 */
export const agree = async <T>(collective: Collective, work: () => T | Promise<T>): Promise<T> => {
  const [outcome] = await Promise.allSettled([(async () => work())()])
  const failure = outcome.status === 'rejected' ? { error: outcome.reason as unknown } : undefined
  const failed = new Float64Array(collective.size)
  if (failure) failed[collective.rank] = 1
  collective.allReduce(failed, 'max')
  const first = failed.indexOf(1)
  if (first < 0 && outcome.status === 'fulfilled') return outcome.value
  const message = tell(collective, first, failure ? textOf(failure.error) : '')
  throw failure ? failure.error : new PeerError(first, message)
}

/** Sends a text from one process to all. */
const tell = (collective: Collective, from: number, text: string): string => {
  const length = Int32Array.of(text.length)
  collective.broadcast(length, from)
  const codes = new Int32Array(length[0] as number)
  if (collective.rank === from) codes.set(Array.from(text, (_, at) => text.charCodeAt(at)))
  collective.broadcast(codes, from)
  return Array.from(codes, (code) => String.fromCharCode(code)).join('')
}
