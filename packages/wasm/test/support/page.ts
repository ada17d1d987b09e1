/** The program of the page in which browser.test.ts computes: one step, on as many threads as asked for. */
import { arcFace, MarginHead, marginLoss } from '../../src/index.js'

interface Task {
  readonly embeddings: Float32Array
  readonly classWeights: Float32Array
  readonly labels: readonly number[]
  readonly dimension: number
}

const attempt = async <T>(work: () => Promise<T>): Promise<T | { readonly failed: string }> => {
  try {
    return await work()
  } catch (error) {
    return { failed: String(error) }
  }
}

const once = (task: Task) =>
  attempt(async () => {
    const { loss, gradients } = marginLoss(arcFace(), task, { gradients: true })
    return { loss, ...gradients }
  })

const head = ({ classWeights, dimension, ...batch }: Task, threads: number) =>
  attempt(async () => {
    const made = await MarginHead.create({
      loss: arcFace(),
      classes: classWeights.length / dimension,
      dimension,
      weights: classWeights,
      threads,
    })
    const { loss, gradients } = await made.step(batch)
    const { embeddings, classWeights: weights } = gradients
    const result = {
      loss,
      embeddings: embeddings?.slice(),
      classWeights: weights?.slice(),
      threads: made.threads,
      notice: made.notice,
    }
    await made.dispose()
    return result
  })

Object.assign(globalThis, { once, head })
