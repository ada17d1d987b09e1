/** The program of a page that loses its GPU. Like a lean bundle, it has the core of TensorFlow.js and backends, nothing else. */
import { uniFace } from '@arcmargin/core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { type BackboneModel, fitWithMargin, MarginHead } from '../../src/index.js'
import '../../src/webgl.js'

const shape = { classes: 3, dimension: 4 }
const labels = [0, 1, 2, 0]

interface Gpu {
  readonly device?: GPUDevice
  readonly gpgpu?: { readonly gl: WebGL2RenderingContext }
}

/** Takes the GPU of the backend away. */
const lose = async ({ device, gpgpu }: Gpu): Promise<void> => {
  device?.destroy()
  await device?.lost
  gpgpu?.gl.getExtension('WEBGL_lose_context')?.loseContext()
}

/** Name and text of what is thrown or rejected; nothing otherwise. */
const failureOf = async (call: () => unknown): Promise<string> => {
  try {
    await call()
    return ''
  } catch (error) {
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error)
  }
}

const embeddingsOf = (): tf.Tensor2D => tf.randomNormal([4, 4], 0, 1, 'float32', 1)

const anything = tf.io.withSaveHandler(async (artifacts) => ({
  modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts),
}))

/** What a head says after the loss, and what it goes on with on the cpu backend. */
const loseBetweenSteps = async (backend: string) => {
  await tf.setBackend(backend)
  const head = new MarginHead({ loss: uniFace(), ...shape, seed: 3 })
  await head.sync()
  const before = await head.readWeights()
  const x = embeddingsOf()
  await lose(tf.backend() as Gpu)
  const failures = [
    await failureOf(() => head.loss(x, labels)),
    await failureOf(() => head.predict(x)),
    await failureOf(() => head.topK(x, 1)),
    await failureOf(() => head.sync()),
    await failureOf(() => head.save(anything)),
    await failureOf(() => head.recover()),
  ]
  await tf.setBackend('cpu')
  head.recover()
  const after = await head.readWeights()
  const loss = head.loss(embeddingsOf(), labels).dataSync()[0]
  return { failures, before, after, loss }
}

/** A training that loses the GPU in its third step, while it waits for the loss. */
const loseInTraining = async (backend: string) => {
  await tf.setBackend(backend)
  const head = new MarginHead({ loss: uniFace(), ...shape, seed: 3 })
  const lost = tf.backend() as Gpu
  const kept: Float32Array[] = []
  let steps = 0
  const model: BackboneModel = {
    predictAsync: async (inputs) => {
      steps++
      if (steps === 3) setTimeout(lose, 0, lost)
      return tf.clone(inputs)
    },
  }
  const failure = await failureOf(() =>
    fitWithMargin(
      model,
      head,
      { xs: embeddingsOf(), ys: labels },
      {
        epochs: 5,
        optimizer: tf.train.sgd(0.1),
        callbacks: {
          onEpochEnd: async () => {
            kept.push(await head.readWeights())
          },
        },
      },
    ),
  )
  await tf.setBackend('cpu')
  head.recover()
  return { failure, kept, after: await head.readWeights() }
}

/** A model of layers, without the gradients of its ops. */
const trainWithoutGradients = async () => {
  await tf.setBackend('cpu')
  const model: BackboneModel = {
    apply: (inputs) => tf.mul(inputs, 2),
    trainableWeights: [],
    calculateLosses: () => [],
  }
  const head = new MarginHead({ loss: uniFace(), ...shape })
  return failureOf(() => fitWithMargin(model, head, { xs: embeddingsOf(), ys: labels }))
}

Object.assign(globalThis, { loseBetweenSteps, loseInTraining, trainWithoutGradients })
