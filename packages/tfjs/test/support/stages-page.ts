/** The program of a page that takes steps on the webgl backend. */
import type { Loss } from '@arcmargin/core'
import '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'
import { type MarginLossOptions, marginLoss } from '../../src/index.js'
import '../../src/webgl.js'

/** What a step is taken with. */
export interface Given {
  readonly loss: Loss
  readonly embeddings: readonly number[]
  readonly classWeights: readonly number[]
  readonly labels: readonly number[]
  readonly dimension: number
  readonly options?: Pick<
    MarginLossOptions,
    'parameters' | 'sampleWeights' | 'reduction' | 'blockSize' | 'cosineBudget'
  >
}

/** What it gave. */
export interface Step {
  readonly loss: number
  readonly embeddings: number[]
  readonly classWeights: number[]
  /** What TensorFlow.js was asked to run. */
  readonly kernels: string[]
  /** How often the GPU drew. */
  readonly draws: number
}

/** What the tests see of the backend. */
interface WebGl extends tf.KernelBackend {
  readonly gpgpu: { readonly gl: WebGL2RenderingContext }
  readonly binaryCache: object
}

const backend = (): WebGl => tf.backend() as WebGl

/** Counts what the context draws while something runs. */
const countDraws = async (run: () => Promise<unknown>): Promise<number> => {
  const { gl } = backend().gpgpu
  const { drawElements } = gl
  let draws = 0
  gl.drawElements = (...given) => {
    draws++
    drawElements.apply(gl, given)
  }
  await run()
  gl.drawElements = drawElements
  return draws
}

const step = async (given: Given): Promise<Step> => {
  await tf.setBackend('webgl')
  const { loss, embeddings, classWeights, labels, dimension, options = {} } = given
  const x = tf.tensor2d([...embeddings], [labels.length, dimension])
  const w = tf.tensor2d([...classWeights], [classWeights.length / dimension, dimension])
  let found: Float32Array[] = []
  let kernels: string[] = []
  const draws = await countDraws(async () => {
    const profile = await tf.profile(async () => {
      const { value, grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) => {
        const [a, b] = inputs as [tf.Tensor, tf.Tensor]
        return marginLoss(loss, a, b, labels, options)
      })([x, w])
      const all = [value, ...grads]
      found = (await Promise.all(all.map((one) => one.data()))) as Float32Array[]
      tf.dispose(all)
      return value
    })
    kernels = profile.kernelNames
  })
  tf.dispose([x, w])
  const [value, dx, dw] = found.map((values) => Array.from(values))
  return {
    loss: value?.[0] ?? Number.NaN,
    embeddings: dx ?? [],
    classWeights: dw ?? [],
    kernels,
    draws,
  }
}

/** Tensors, their data, and compiled programs, as they stand. */
const holds = (): readonly number[] => {
  const { numTensors, numDataBuffers } = tf.memory()
  return [numTensors, numDataBuffers, Object.keys(backend().binaryCache).length]
}

/** The loss without gradients. */
const evaluate = async (given: Given): Promise<Pick<Step, 'loss' | 'kernels'>> => {
  await tf.setBackend('webgl')
  const { loss, embeddings, classWeights, labels, dimension } = given
  const compute = (): tf.Tensor =>
    tf.tidy(() =>
      marginLoss(
        loss,
        tf.tensor2d([...embeddings], [labels.length, dimension]),
        tf.tensor2d([...classWeights], [classWeights.length / dimension, dimension]),
        labels,
      ),
    )
  const { result, kernelNames } = await tf.profile(compute)
  const value = result as tf.Tensor
  const [number = Number.NaN] = await value.data()
  value.dispose()
  return { loss: number, kernels: kernelNames }
}

Object.assign(globalThis, { step, holds, evaluate })
