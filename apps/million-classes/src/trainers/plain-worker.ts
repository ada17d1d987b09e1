import { expose } from 'comlink'
import type { PlainStep, PlainTrainer } from './plain-trainer.js'

/** Plain TensorFlow.js in a worker of its own: ended with its memory when a run is over. */
class PlainWorker {
  #trainer: PlainTrainer | undefined

  /** Loads TensorFlow.js, which nobody waits for who does not want it. */
  async start(classes: number): Promise<void> {
    const { PlainTrainer } = await import('./plain-trainer.js')
    this.#trainer = await PlainTrainer.create(classes)
  }

  /** One step. */
  step(): Promise<PlainStep> {
    if (!this.#trainer) throw new Error('it has not started')
    return this.#trainer.step()
  }
}

export type { PlainWorker }

expose(new PlainWorker())
