import { DeviceLostError } from '@arcmargin/webgpu'
import { expose } from 'comlink'
import { type Gpu, openGpu } from './gpu.js'
import { HeadTrainer, type Slice } from './head-trainer.js'

/** What the page knows of the GPU. */
export type Opened = Omit<Gpu, 'device'>

/** Says what happened to a visitor, to whom the head's advice on recovering is none. */
const inWords = (error: unknown): unknown =>
  error instanceof DeviceLostError
    ? new Error('The GPU was lost: its driver, or another page, has ended the device', {
        cause: error,
      })
    : error

/** The head off the main thread: the page asks for a slice of training, draws what comes back, and asks again. */
class HeadWorker {
  #gpu: Gpu | undefined
  #trainer: HeadTrainer | undefined

  /** Asks for a GPU; undefined where there is none. */
  async open(): Promise<Opened | undefined> {
    const gpu = await openGpu()
    this.#gpu = gpu
    if (!gpu) return undefined
    const { device, ...told } = gpu
    void device.lost.then(() => {
      if (this.#gpu === gpu) this.#gpu = undefined
    })
    return told
  }

  /** A new head in place of the last one. */
  async start(classes: number, report: (share: number) => void | Promise<void>): Promise<void> {
    this.#trainer?.destroy()
    this.#trainer = undefined
    // A device that was lost is replaced.
    if (!this.#gpu) await this.open()
    if (!this.#gpu) throw new Error('There is no GPU any more.')
    try {
      this.#trainer = await HeadTrainer.create(this.#gpu, classes, report)
    } catch (error) {
      throw inWords(error)
    }
  }

  /** Trains for about so many milliseconds. */
  async advance(milliseconds: number): Promise<Slice> {
    if (!this.#trainer) throw new Error('There is no head yet.')
    try {
      return await this.#trainer.advance(milliseconds)
    } catch (error) {
      throw inWords(error)
    }
  }
}

export type { HeadWorker }

expose(new HeadWorker())
