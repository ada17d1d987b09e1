import { type Random, random } from '@arcmargin/quickstart/random'
import { embeddingsOf } from './identities.js'
import { batchSize } from './job.js'

/** What a step is trained on. */
interface Step {
  /** [N] identities. */
  readonly labels: Uint32Array
  /** [N, D]. */
  readonly embeddings: Float32Array
}

/** Which identities come in which step: all of them once a round, each round in an order of its own. */
export class Schedule {
  readonly #classes: number
  readonly #perRound: number
  #order: Uint32Array
  #round = 0

  constructor(classes: number) {
    this.#classes = classes
    this.#perRound = Math.floor(classes / batchSize)
    this.#order = this.#shuffled()
  }

  /** What step number `step` is trained on; steps from 0, in order. */
  at(step: number): Step {
    const round = Math.floor(step / this.#perRound)
    if (round !== this.#round) {
      this.#round = round
      this.#order = this.#shuffled()
    }
    const start = (step % this.#perRound) * batchSize
    const labels = this.#order.slice(start, start + batchSize)
    return { labels, embeddings: embeddingsOf(labels, `step ${step}`) }
  }

  /** One of the identities of the first `steps` steps, at random. */
  drawSeen(steps: number, draws: Random): number {
    // What a round leaves over is a part of a batch; later rounds have other leftovers.
    if (steps >= this.#perRound) return this.drawAny(draws)
    return this.#order[draws.below(steps * batchSize)] as number
  }

  /** Any identity, at random. */
  drawAny({ below }: Random): number {
    return below(this.#classes)
  }

  #shuffled(): Uint32Array {
    return random(this.#round, 'order').permutation(this.#classes)
  }
}
