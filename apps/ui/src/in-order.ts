/** What an error says, for people to read. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/**
 * One thing after another, for work that must not meet itself: a model that is replaced while it trains.
 *
 * @param fail is told what went wrong; what waits behind goes on.
 * @returns a function that puts work into the queue, and resolves when that work is over, well or not.
 */
export const inOrder = (
  fail: (message: string) => void,
): ((work: () => Promise<void>) => Promise<void>) => {
  let last: Promise<void> = Promise.resolve()
  return (work) => {
    last = last.then(work).catch((error: unknown) => fail(messageOf(error)))
    return last
  }
}
