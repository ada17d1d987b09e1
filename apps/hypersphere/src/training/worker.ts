// A bundler drops the gradients of TensorFlow.js's own ops unless they are asked for.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { expose } from 'comlink'
import { type Split, split } from '../data/digits.js'
import { loadDigits } from '../data/load.js'
import { type BackendName, useBackend } from './backends.js'
import { Experiment, type Snapshot, type Start } from './experiment.js'
import type { Settings } from './settings.js'

/** Digits of each class that a picture shows. */
const lookedAt = 50

/** A slice of training. */
interface Advance {
  readonly snapshot: Snapshot
  /** Milliseconds a step of all nets. */
  readonly stepTime: number
}

/** Training off the main thread: the page asks for a slice of it, draws what comes back, and asks again. */
class Trainer {
  #split: Split | undefined
  #experiment: Experiment | undefined
  /** Steps in the next slice. */
  #count = 1

  /** Loads the digits and the backend, once each. */
  async open(backend: BackendName | undefined): Promise<BackendName> {
    this.#experiment?.dispose()
    this.#experiment = undefined
    const [name, digits] = await Promise.all([
      useBackend(backend),
      this.#split ?? loadDigits().then((digits) => split(digits, lookedAt)),
    ])
    this.#split = digits
    this.#count = 1
    return name
  }

  /** Labels of the digits that are looked at, in the order of all features; the same for both sets. */
  labels(): Uint8Array {
    return this.#opened.heldOut.labels
  }

  /** Nets at their start. */
  async start(start: Start, settings: Settings): Promise<Snapshot> {
    this.#experiment?.dispose()
    this.#experiment = new Experiment(this.#opened, start)
    return this.#experiment.look(settings)
  }

  /** What the nets make of the digits with other margins, without training. */
  look(settings: Settings): Promise<Snapshot> {
    return this.#started.look(settings)
  }

  /** Trains for about so many milliseconds, or for twice as long as the look at the end takes; one step at least. */
  async advance(settings: Settings, milliseconds: number): Promise<Advance> {
    const experiment = this.#started
    const since = performance.now()
    let count = 0
    while (count < this.#count && !experiment.isDone) {
      experiment.step(settings)
      count++
    }
    await experiment.settle()
    const trained = performance.now()
    const snapshot = await experiment.look(settings)
    const lookTime = performance.now() - trained
    const stepTime = (trained - since) / Math.max(1, count)
    const wanted = Math.round(Math.max(milliseconds, 2 * lookTime) / stepTime)
    this.#count = Math.min(2 * this.#count, Math.max(1, wanted))
    return { snapshot, stepTime }
  }

  get #started(): Experiment {
    if (!this.#experiment) throw new Error('There are no nets yet.')
    return this.#experiment
  }

  get #opened(): Split {
    if (!this.#split) throw new Error('The digits are not there yet.')
    return this.#split
  }
}

export type { Trainer }

expose(new Trainer())
