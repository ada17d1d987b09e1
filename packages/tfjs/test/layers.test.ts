import { arcFace } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { MarginHead } from '../src/index.js'
import { CosineScores, scoringModel } from '../src/layers.js'

beforeAll(() => tf.setBackend('cpu'))

it.each([1, 3])('stores backbone and head with %i sub-centers as one model', async (subCenters) => {
  const backbone = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [6] })] })
  const head = new MarginHead({ loss: arcFace(), classes: 5, dimension: 4, subCenters })
  const x = tf.randomNormal([3, 6], 0, 1, 'float32', 1)
  const expected = Array.from(head.predict(backbone.predict(x) as tf.Tensor).dataSync())
  const model = scoringModel(backbone, head)
  expect(model.outputs[0]?.shape).toEqual([null, 5])
  expect(Array.from((model.predict(x) as tf.Tensor).dataSync())).toEqual(expected)
  let stored: tf.io.ModelArtifacts = {}
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      stored = artifacts
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) }
    }),
  )
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(stored))
  expect(Array.from((loaded.predict(x) as tf.Tensor).dataSync())).toEqual(expected)
})

it('is the first layer of a model too, and not trained', () => {
  const model = tf.sequential({ layers: [new CosineScores({ classes: 3, inputShape: [2] })] })
  expect(model.trainableWeights).toEqual([])
  expect(model.weights[0]?.shape).toEqual([3, 1, 2])
})

it('names what is out of range', () => {
  expect(() => new CosineScores({ classes: 0 })).toThrow('classes is out of range (got 0)')
})
