import { beforeAll, describe, expect, it } from 'vitest'
import { packNet } from '../src/enroll/pack.js'
import { joinNet, type PackedLayer, splitNet, widths } from '../src/enroll/packed-net.js'
import { createBackbone, prepareBackend } from '../src/net/backbone.js'
import { random } from '../src/random.js'

beforeAll(prepareBackend)

const rows = 32

const describedPictures = (seed: number): Float32Array => {
  const chance = random(seed, 'features')
  return Float32Array.from({ length: rows * widths.features }, () => chance.between(0, 1))
}

/** scale · (x · w) + offset. */
const layer = (x: Float32Array, { weights, scale, offset }: PackedLayer): Float32Array =>
  offset.map((start, c) => {
    const sum = x.reduce(
      (total, value, i) => total + value * (weights[i * offset.length + c] ?? 0),
      0,
    )
    return start + (scale[c] as number) * sum
  })

describe('a packed net', () => {
  const trainedBackbone = () => {
    const backbone = createBackbone(random(1, 'backbone'))
    // Moves the running statistics away from where they start.
    const head = (embeddings: Float32Array) => ({ gradient: embeddings, result: undefined })
    for (let step = 0; step < 3; step++) backbone.learn(describedPictures(step), head)
    return backbone
  }

  it('embeds as the net that it was made of, but for the rounding to bytes', () => {
    const backbone = trainedBackbone()
    const { first, slope, second } = packNet(backbone.weights)
    const features = describedPictures(9)
    const expected = backbone.embed(features)
    for (let row = 0; row < rows; row++) {
      const x = features.subarray(row * widths.features, (row + 1) * widths.features)
      const hidden = layer(x, first).map((value, c) =>
        value < 0 ? value * (slope[c] ?? 0) : value,
      )
      const actual = layer(hidden, second)
      const own = expected.subarray(row * widths.embedding, (row + 1) * widths.embedding)
      const product = (a: Float32Array, b: Float32Array): number =>
        a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
      const cosine = product(actual, own) / Math.sqrt(product(actual, actual) * product(own, own))
      expect(cosine).toBeGreaterThan(0.999)
    }
  })

  it('comes back from its bytes', () => {
    const packed = packNet(trainedBackbone().weights)
    const block = joinNet(packed)
    expect(splitNet(block.buffer)).toEqual(packed)
    expect(() => splitNet(block.buffer.slice(4))).toThrow(/179708 bytes; allowed: 179712/)
  })
})
