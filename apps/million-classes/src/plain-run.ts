import { type Remote, wrap } from 'comlink'
import type { PlainWorker } from './trainers/plain-worker.js'

/** Plain TensorFlow.js in its worker, which can be ended at any time, with everything that it holds on the GPU. */
export class PlainRun {
  readonly #worker = new Worker(new URL('./trainers/plain-worker.ts', import.meta.url), {
    type: 'module',
  })
  readonly #remote: Remote<PlainWorker> = wrap<PlainWorker>(this.#worker)
  readonly #ended: Promise<never>
  #reject: (reason: Error) => void = () => {}

  constructor() {
    this.#ended = new Promise((_, reject) => {
      this.#reject = reject
    })
    // Nobody may be waiting when it ends.
    this.#ended.catch(() => {})
    this.#worker.addEventListener('error', ({ message }) => this.#reject(new Error(message)))
  }

  /** What `work` gives, or the end of the worker: a worker that is gone answers nothing. */
  ask<Answer>(work: (remote: Remote<PlainWorker>) => Promise<Answer>): Promise<Answer> {
    return Promise.race([work(this.#remote), this.#ended])
  }

  /** Ends it; what was asked for is rejected. */
  end(): void {
    this.#worker.terminate()
    this.#reject(new Error('it was ended'))
  }
}
