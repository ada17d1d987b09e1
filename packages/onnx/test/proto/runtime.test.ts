/** What encodeModel writes runs in ONNX Runtime. */
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { decodeModel, encodeModel } from '../../src/index.js'

const bytes = new Uint8Array(readFileSync(new URL('../fixtures/every-field.onnx', import.meta.url)))

it('a model that was read and written again runs as before', async () => {
  const inputs = {
    x: new Tensor('float32', Float32Array.of(1, 2, 3, -1, 0, 4), [2, 3]),
    flag: new Tensor('bool', Uint8Array.of(1), []),
  }
  const run = async (model: Uint8Array) => (await InferenceSession.create(model)).run(inputs)
  const { y } = await run(encodeModel(decodeModel(bytes)))
  // 0.5·x·wᵀ + b with w = [[0, 0.25, 0.5], [0.75, 1, 1.25]]
  expect(y?.data).toEqual(Float32Array.of(1.25, -4.75, 1.25, -5.875))
  expect((await run(bytes))['y']?.data).toEqual(y?.data)
})
