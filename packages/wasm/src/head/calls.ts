import { WorkerError } from '../errors.js'

/** The calls of a head: one at a time, and none after its end or after a thread has failed. */
export class Calls {
  #last: Promise<unknown> = Promise.resolve()
  #refusal: Error | undefined

  /** Does the work of a call once those before it are done. */
  queue<T>(work: () => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      this.check()
      try {
        return await work()
      } catch (error) {
        // Nobody knows what a thread that failed wrote.
        if (error instanceof WorkerError) this.#refusal ??= error
        throw error
      }
    }
    const next = this.#last.then(run, run)
    this.#last = next
    return next
  }

  /** Throws where calls are refused. */
  check(): void {
    if (this.#refusal) throw this.#refusal
  }

  /** Refuses later calls, and those that wait. */
  end(): void {
    this.#refusal = new Error('the head has been disposed of')
  }
}
