import type { Pause } from './lane.js'

/** Lets timers and events run where a pass on this thread takes long, in ms. */
const breath = 50

/**
 * Runs a forward pass that a signal can stop, on this thread or on others.
 *
 * @param word what threads look at: 1 stops them.
 * @param check called before each block of a pass on this thread; may throw to stop it.
 * @throws the signal's reason, whatever else came of it.
 */
export const stoppable = async <T>(
  word: Int32Array,
  signal: AbortSignal | undefined,
  check: () => void,
  work: (pause: Pause) => Promise<T>,
): Promise<T> => {
  const stop = (): void => {
    // Memory that is not shared leaves its views empty when it grows; then no thread looks at the word either.
    if (word.length > 0) Atomics.store(word, 0, 1)
  }
  let rested = performance.now()
  const pause = (): void | Promise<void> => {
    signal?.throwIfAborted()
    check()
    if (performance.now() - rested < breath) return
    return new Promise((resolve) =>
      setTimeout(() => {
        rested = performance.now()
        resolve()
      }),
    )
  }
  Atomics.store(word, 0, 0)
  signal?.addEventListener('abort', stop)
  try {
    signal?.throwIfAborted()
    const result = await work(pause)
    signal?.throwIfAborted()
    return result
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
