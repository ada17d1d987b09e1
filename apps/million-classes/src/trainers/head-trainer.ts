import { type Random, random } from '@arcmargin/quickstart/random'
import { MarginHead } from '@arcmargin/webgpu'
import { embeddingsOf, startingWeights } from '../task/identities.js'
import { dimension, learningRate, loss } from '../task/job.js'
import { Schedule } from '../task/schedule.js'
import { type Gpu, optimizer } from './gpu.js'

/** Identities that are looked up in a probe. */
const probeSize = 64

/** New pictures of some identities, looked up among all class weights. */
export interface Probe {
  /** Whose pictures. */
  readonly identities: Uint32Array
  /** 1 where the nearest class weight was theirs. */
  readonly right: Uint8Array
}

/** What a slice of training did. */
export interface Slice {
  /** Steps since the start. */
  readonly steps: number
  /** Loss of each step of the slice. */
  readonly losses: readonly number[]
  /** Milliseconds of a step: the mean over the slice. */
  readonly stepTime: number
  /** Bytes in buffers on the GPU, the most at any time. */
  readonly bytes: number
  /** Identities of the slice's steps. */
  readonly visited: Uint32Array
  /** Probes of identities that steps have seen, and of any. */
  readonly seen: Probe
  readonly any: Probe
}

/** A head of `@arcmargin/webgpu` that learns identities, a slice at a time. */
export class HeadTrainer {
  readonly #head: MarginHead
  readonly #schedule: Schedule
  readonly #draws: Random
  #steps = 0

  private constructor(head: MarginHead, classes: number) {
    this.#head = head
    this.#schedule = new Schedule(classes)
    this.#draws = random(classes, 'probes')
  }

  /**
   * A head with weights at their start.
   *
   * @param report called with the share of the weights that are on the GPU.
   * @throws LimitError, OutOfMemoryError as `MarginHead.create` does.
   */
  static async create(
    { device, memoryLimit }: Gpu,
    classes: number,
    report: (share: number) => void | Promise<void>,
  ): Promise<HeadTrainer> {
    const shape = { classes, dimension, optimizer, memoryLimit }
    const head = await MarginHead.create(device, loss, shape)
    for (const { first, weights } of startingWeights(classes)) {
      head.load(weights, first)
      // Uploads wait in memory until the GPU has taken them.
      if (first % 2 ** 16 === 0) {
        await device.queue.onSubmittedWorkDone()
        await report(first / classes)
      }
    }
    return new HeadTrainer(head, classes)
  }

  /** Trains for about so many milliseconds, one step at least, and looks up new pictures. */
  async advance(milliseconds: number): Promise<Slice> {
    const losses: number[] = []
    const visited: Uint32Array[] = []
    const since = performance.now()
    let spent = 0
    while (losses.length === 0 || performance.now() - since < milliseconds) {
      const { labels, embeddings } = this.#schedule.at(this.#steps)
      const from = performance.now()
      const done = await this.#head.step(
        { embeddings, labels },
        { learningRate, embeddingGradients: false },
      )
      spent += performance.now() - from
      losses.push(done.loss)
      visited.push(labels)
      this.#steps++
    }
    const all = new Uint32Array(visited.length * (visited[0]?.length ?? 0))
    for (const [i, labels] of visited.entries()) all.set(labels, i * labels.length)
    const [seen, any] = await this.#probe()
    const stepTime = spent / losses.length
    const bytes = this.#head.memory.peak
    return { steps: this.#steps, losses, stepTime, bytes, visited: all, seen, any }
  }

  /** Frees the head. */
  destroy(): void {
    this.#head.destroy()
  }

  /** Both probes in one pass over the classes. */
  async #probe(): Promise<[seen: Probe, any: Probe]> {
    const identities = Uint32Array.from({ length: 2 * probeSize }, (_, i) =>
      i < probeSize
        ? this.#schedule.drawSeen(this.#steps, this.#draws)
        : this.#schedule.drawAny(this.#draws),
    )
    const pictures = embeddingsOf(identities, `probe ${this.#steps}`)
    const { classes } = await this.#head.topK(pictures, 1)
    const right = Uint8Array.from(identities, (identity, i) => (classes[i] === identity ? 1 : 0))
    const part = (from: number): Probe => ({
      identities: identities.slice(from, from + probeSize),
      right: right.slice(from, from + probeSize),
    })
    return [part(0), part(probeSize)]
  }
}
