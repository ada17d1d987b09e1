/** The program of a page that trains one linear layer in another library and its head here, on one device and without a copy through the host. */
import { arcFace } from '@arcmargin/core'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { env, InferenceSession, Tensor } from 'onnxruntime-web/webgpu'
import { MarginHead } from '../../src/index.js'
import type { LinearProblem, Trained } from './sharing.js'

const numbers = (values: ArrayLike<number>): number[] => Array.from(values)

const headOn = async (device: GPUDevice, problem: LinearProblem): Promise<MarginHead> => {
  const { classes, dimension, weights } = problem
  const head = await MarginHead.create(device, arcFace({ scale: 8 }), {
    classes,
    dimension,
    optimizer: { type: 'sgd' },
  })
  head.load(Float32Array.from(weights))
  return head
}

const gradientBuffer = (device: GPUDevice, values: number): GPUBuffer =>
  device.createBuffer({ size: 4 * values, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC })

const withTfjs = async (problem: LinearProblem): Promise<Trained> => {
  const { rows, features, dimension, labels, learningRate } = problem
  await tf.setBackend('webgpu')
  const { device } = tf.backend() as WebGPUBackend
  const head = await headOn(device, problem)
  const x = tf.tensor(problem.x, [rows, features])
  const layer = tf.tensor(problem.layer, [features, dimension])
  const embeddings = tf.matMul(x, layer).dataToGPU()
  const gradients = gradientBuffer(device, rows * dimension)
  const { loss } = await head.step(
    { embeddings: embeddings.buffer as GPUBuffer, labels },
    { learningRate, embeddingGradients: gradients },
  )
  embeddings.tensorRef.dispose()
  const slope = tf.tensor({ buffer: gradients, zeroCopy: true }, [rows, dimension])
  const layerGradient = await tf.matMul(x, slope, true).data()
  const best = await head.topK(tf.matMul(x, layer).dataToGPU().buffer as GPUBuffer, 1, { rows })
  return {
    loss,
    layerGradient: numbers(layerGradient),
    weights: numbers(await head.readWeights()),
    best: numbers(best.classes),
  }
}

/** \`models\` are [x, layer] -> embeddings and [x, slope] -> gradient of the layer. */
const withOnnx = async (
  problem: LinearProblem,
  [forward, backward]: readonly [Uint8Array, Uint8Array],
): Promise<Trained> => {
  const { rows, features, dimension, labels, learningRate } = problem
  env.wasm.numThreads = 1
  env.wasm.wasmPaths = new URL('/ort/', location.href).href
  const device = await (await navigator.gpu.requestAdapter())?.requestDevice()
  if (!device) throw new Error('this Chromium has no WebGPU adapter')
  const sessionOf = (model: Uint8Array): Promise<InferenceSession> =>
    InferenceSession.create(model, {
      executionProviders: [{ name: 'webgpu', device }],
      preferredOutputLocation: 'gpu-buffer',
    })
  const layer = new Tensor('float32', Float32Array.from(problem.layer), [features, dimension])
  const x = new Tensor('float32', Float32Array.from(problem.x), [rows, features])
  const session = await sessionOf(forward)
  const { y: embeddings } = await session.run({ a: x, b: layer })
  const head = await headOn(device, problem)
  const gradients = gradientBuffer(device, rows * dimension)
  const { loss } = await head.step(
    { embeddings: embeddings?.gpuBuffer as GPUBuffer, labels },
    { learningRate, embeddingGradients: gradients },
  )
  const best = await head.topK(embeddings?.gpuBuffer as GPUBuffer, 1, { rows })
  const slope = Tensor.fromGpuBuffer(gradients, { dataType: 'float32', dims: [rows, dimension] })
  const { y } = await (await sessionOf(backward)).run({ a: x, b: slope })
  return {
    loss,
    layerGradient: numbers((await y?.getData()) as Float32Array),
    weights: numbers(await head.readWeights()),
    best: numbers(best.classes),
  }
}

Object.assign(globalThis, { withTfjs, withOnnx })
