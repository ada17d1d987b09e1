/** The program of the page in which the engines on TensorFlow.js's webgl backend run; see `tfjs-on-webgl.ts`. */
import '@arcmargin/tfjs/webgl'
import { version_webgl } from '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'
import type { Shape } from '../shapes.js'
import { marginLossStep } from './arcmargin-tfjs.js'
import type { RunningEngine } from './engine.js'
import { runTensors } from './tensor-step.js'
import { composed } from './tfjs-composition.js'

const steps = { composed, marginLoss: marginLossStep }

const fetched = async (path: string): Promise<ArrayBuffer> => (await fetch(path)).arrayBuffer()

let engine: Pick<RunningEngine, 'step' | 'gradients'>

const prepare = async (
  name: keyof typeof steps,
  shape: Shape,
  paths: Readonly<Record<'embeddings' | 'classWeights' | 'labels', string>>,
): Promise<RunningEngine['versions']> => {
  await tf.setBackend('webgl')
  engine = runTensors(steps[name], shape, {
    embeddings: new Float32Array(await fetched(paths.embeddings)),
    classWeights: new Float32Array(await fetched(paths.classWeights)),
    labels: new Int32Array(await fetched(paths.labels)),
  })
  return { '@tensorflow/tfjs-core': tf.version_core, 'tfjs-backend-webgl': version_webgl }
}

/** What the backend has freed stays with it for the next step, so its textures are a high-water mark. */
const step = async (): Promise<{ readonly loss: number; readonly bytes: number }> => {
  const loss = await engine.step()
  const memory = tf.memory() as { readonly numBytesInGPUAllocated?: number }
  return { loss, bytes: memory.numBytesInGPUAllocated ?? 0 }
}

Object.assign(globalThis, { prepare, step, gradients: () => engine.gradients() })
