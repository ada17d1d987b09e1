import { extractEmbedding } from '@arcmargin/onnx'
import { describePicture, featureLength, toInk } from '@arcmargin/quickstart/features'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { readFile, writeFile } from '../src/model/onnx/file.js'
import { netModel } from '../src/model/onnx/net.js'
import { scaled } from '../src/model/picture.js'
import { pictureInputOf, tensorData } from '../src/model/picture-input.js'
import { recognise } from '../src/model/recogniser.js'
import { net, packed } from './net.js'
import { discs } from './pictures.js'

const pictures = Array.from({ length: 6 }, (_, number) => discs(number))
const far = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))))

/** All pictures as one batch of the model's input. */
const batch = (bytes: Uint8Array): Tensor => {
  const input = pictureInputOf(bytes, 'unit')
  const data = Float32Array.from(pictures.flatMap((picture) => [...tensorData(picture, input)]))
  return new Tensor('float32', data, [pictures.length, 3, input.height, input.width])
}

/** One output for all pictures. */
const run = async (session: InferenceSession, output: string, bytes: Uint8Array) => {
  const results = await session.run({ pictures: batch(bytes) })
  return results[output]!.data as Float32Array
}

describe('the net as an ONNX model', () => {
  const bytes = netModel(packed)

  it('describes pictures as the front end does', async () => {
    const session = await InferenceSession.create(
      extractEmbedding(bytes, { embedding: 'features', dimension: featureLength }),
    )
    const features = await run(session, 'features', bytes)
    for (const [row, picture] of pictures.entries()) {
      const ink = new Float32Array(32 * 32 * 3)
      toInk(scaled(picture, 32, 32), ink)
      const expected = new Float32Array(featureLength)
      describePicture(ink, expected)
      const actual = features.subarray(row * featureLength)
      expect(far(expected, actual)).toBeLessThan(2e-6)
    }
  })

  it('embeds as the page does', async () => {
    const session = await InferenceSession.create(bytes)
    const embedding = await run(session, 'embedding', bytes)
    for (const [row, picture] of pictures.entries()) {
      const actual = embedding.subarray(row * net.dimension)
      expect(far(await net.embed(picture), actual)).toBeLessThan(2e-5)
    }
  })
})

const recogniser = {
  names: ['a', 'b'],
  classWeights: Float32Array.from({ length: 2 * net.dimension }, (_, i) => Math.sin(i * i)),
  dimension: net.dimension,
  mean: Float32Array.from({ length: net.dimension }, (_, i) => 0.1 * Math.cos(i)),
  threshold: 0.25,
}

describe('a saved file', () => {
  it('scores pictures in ONNX Runtime as the page does', async () => {
    const bytes = writeFile(recogniser, net)
    const session = await InferenceSession.create(bytes)
    const scores = await run(session, 'scores', bytes)
    for (const [row, picture] of pictures.entries()) {
      const { scores: expected } = recognise(recogniser, await net.embed(picture))
      const actual = scores.subarray(2 * row)
      expect(far(expected, actual)).toBeLessThan(2e-6)
    }
  })

  it('gives the same scores and answers when it is read again', async () => {
    const read = readFile(writeFile(recogniser, net))
    expect(read.recogniser).toMatchObject({ names: ['a', 'b'], threshold: 0.25 })
    expect(read.recogniser.mean).toEqual(recogniser.mean)
    for (const picture of pictures) {
      const embedding = await net.embed(picture)
      const before = recognise(recogniser, embedding)
      const after = recognise(read.recogniser, embedding)
      expect(after.known).toBe(before.known)
      expect(far(before.scores, after.scores)).toBeLessThan(1e-7)
    }
  })

  it('holds the backbone, which can be written again', () => {
    const read = readFile(writeFile(recogniser, net))
    const again = writeFile(read.recogniser, {
      ...net,
      model: () => ({ bytes: read.backbone, embedding: read.embedding, input: read.input }),
    })
    expect(readFile(again).recogniser.names).toEqual(['a', 'b'])
  })

  it.each([
    ['a model of anything else', netModel(packed), /not saved by this page/],
    ['no model', new Uint8Array([1, 2, 3]), /./],
  ])('that is %s is refused', (_, bytes, message) => {
    expect(() => readFile(bytes)).toThrow(message)
  })

  it('says that nothing is recognised without a threshold', () => {
    const read = readFile(writeFile({ ...recogniser, threshold: Infinity }, net))
    expect(read.recogniser.threshold).toBe(Infinity)
  })
})
