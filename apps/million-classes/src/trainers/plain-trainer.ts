// A bundler drops the gradients of TensorFlow.js's own ops unless they are asked for.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import '@tensorflow/tfjs-backend-webgpu'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import type { WebGPUMemoryInfo } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu.js'
import * as tf from '@tensorflow/tfjs-core'
import { startingWeights } from '../task/identities.js'
import { batchSize, dimension, learningRate, margin, scale } from '../task/job.js'
import { Schedule } from '../task/schedule.js'

/** What a step of the composition did. */
export interface PlainStep {
  /** Steps since the start. */
  readonly steps: number
  readonly loss: number
  /** Milliseconds. */
  readonly time: number
  /** Bytes of buffers that the backend holds on the GPU. */
  readonly bytes: number
}

const unit = (rows: tf.Tensor): tf.Tensor => tf.div(rows, tf.sqrt(tf.sum(tf.square(rows), 1, true)))

/** ArcFace as it is usually composed from TensorFlow.js's ops: every line makes an array of N×C numbers, and so does its gradient. */
const composed = (embeddings: tf.Tensor, weights: tf.Tensor, labels: tf.Tensor1D): tf.Scalar => {
  const cosines = tf.matMul(unit(embeddings), unit(weights), false, true)
  const own = tf.oneHot(labels, weights.shape[0] as number)
  const theta = tf.acos(tf.clipByValue(cosines, -1 + 1e-6, 1 - 1e-6))
  const logits = tf.mul(tf.cos(tf.add(theta, tf.mul(own, margin))), scale)
  return tf.losses.softmaxCrossEntropy(own, logits)
}

/** The head's job in plain TensorFlow.js: the same start, the same batches, the same optimiser, a device of its own. */
export class PlainTrainer {
  readonly #weights: tf.Variable
  readonly #schedule: Schedule
  readonly #optimizer = tf.train.sgd(learningRate)
  #steps = 0
  /** What the device said outside of any call: it throws nothing. */
  #problem: string | undefined

  private constructor(classes: number) {
    const all = new Float32Array(classes * dimension)
    for (const { first, weights } of startingWeights(classes)) all.set(weights, first * dimension)
    this.#weights = tf.variable(tf.tensor2d(all, [classes, dimension]))
    this.#schedule = new Schedule(classes)
    const { device } = tf.backend() as WebGPUBackend
    device.addEventListener('uncapturederror', ({ error }) => {
      this.#problem ??= error.message
    })
    void device.lost.then(({ message }) => {
      this.#problem ??= message
    })
  }

  /** The composition with weights at their start. */
  static async create(classes: number): Promise<PlainTrainer> {
    if (!(await tf.setBackend('webgpu'))) throw new Error('its WebGPU backend does not start')
    return new PlainTrainer(classes)
  }

  /** @throws Error with what the device says, or else TensorFlow.js. */
  async step(): Promise<PlainStep> {
    try {
      const done = await this.#step()
      if (this.#problem === undefined) return done
    } catch (error) {
      // What the device says comes as an event, after the failure that it causes.
      await new Promise((resolve) => setTimeout(resolve))
      if (this.#problem === undefined) throw error
    }
    throw new Error(this.#problem)
  }

  async #step(): Promise<PlainStep> {
    const { labels, embeddings } = this.#schedule.at(this.#steps)
    const from = performance.now()
    const loss = tf.tidy(() => {
      const x = tf.tensor2d(embeddings, [batchSize, dimension])
      const y = tf.tensor1d(Int32Array.from(labels), 'int32')
      const cost = () => composed(x, this.#weights, y)
      return this.#optimizer.minimize(cost, true, [this.#weights]) as tf.Scalar
    })
    const [value] = await loss.data<'float32'>()
    // The weights move after the loss is known.
    await (tf.backend() as WebGPUBackend).device.queue.onSubmittedWorkDone()
    const time = performance.now() - from
    loss.dispose()
    if (!Number.isFinite(value)) throw new Error(`the loss is ${value}`)
    this.#steps++
    const bytes = (tf.memory() as WebGPUMemoryInfo).numBytesAllocatedInGPU
    return { steps: this.#steps, loss: value as number, time, bytes }
  }
}
