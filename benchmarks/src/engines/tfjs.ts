import * as tf from '@tensorflow/tfjs-core'
import { readBatch, readClassWeights } from '../data/read.js'
import type { Prepare } from './engine.js'
import { runTensors, type TensorStep } from './tensor-step.js'

/** Runs a step on one of TensorFlow.js' backends, which must have been imported. */
export const prepareTfjs =
  (backend: string, version: string, step: TensorStep): Prepare =>
  async ({ folder, shape }) => {
    await tf.setBackend(backend)
    await tf.ready()
    const classWeights = readClassWeights(folder, shape)
    return {
      versions: { '@tensorflow/tfjs-core': tf.version_core, [`tfjs-backend-${backend}`]: version },
      ...runTensors(step, shape, { ...readBatch(folder, shape), classWeights }),
    }
  }
