import { beforeAll, describe, expect, test } from 'vitest'
import { featureLength } from '../src/features.js'
import { createBackbone, embeddingLength, prepareBackend } from '../src/net/backbone.js'
import { random } from '../src/random.js'

beforeAll(prepareBackend)

const rows = 8

const uniform = (length: number, purpose: string): Float32Array => {
  const chance = random(1, purpose)
  return Float32Array.from({ length }, () => chance.between(-1, 1))
}

describe('the backbone', () => {
  test('has 176,896 parameters', () => {
    const { parameters } = createBackbone(random(0, 'net'))
    expect(parameters.reduce((sum, { value }) => sum + value.length, 0)).toBe(176_896)
  })

  test('gives embeddings of mean 0 and variance 1 over a batch', () => {
    const backbone = createBackbone(random(0, 'net'))
    const embeddings = backbone.learn(uniform(rows * featureLength, 'features'), (embeddings) => ({
      gradient: new Float32Array(embeddings.length),
      result: embeddings.slice(),
    }))
    for (const channel of [0, 17, 63]) {
      const values = Array.from(
        { length: rows },
        (_, r) => embeddings[r * embeddingLength + channel] ?? 0,
      )
      const mean = values.reduce((sum, value) => sum + value, 0) / rows
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows
      expect(mean).toBeCloseTo(0, 5)
      expect(variance).toBeCloseTo(1, 2)
    }
  })

  test('passes the head’s gradient back: as central differences say, in every kind of parameter', () => {
    const backbone = createBackbone(random(0, 'net'))
    const features = uniform(rows * featureLength, 'features')
    const weights = uniform(rows * embeddingLength, 'weights')
    const target = uniform(rows * embeddingLength, 'target')
    // A smooth loss with a gradient that is easy to say: Σ w (e - t)² / 2.
    const lossOf = (): number =>
      backbone.learn(features, (embeddings) => ({
        gradient: embeddings.map((e, i) => (weights[i] ?? 0) * (e - (target[i] ?? 0))),
        result: embeddings.reduce(
          (sum, e, i) => sum + ((weights[i] ?? 0) * (e - (target[i] ?? 0)) ** 2) / 2,
          0,
        ),
      }))
    lossOf()
    const exact = backbone.parameters.map(({ gradient }) => gradient.slice())
    for (const [p, { value }] of backbone.parameters.entries()) {
      let [dot, own, other] = [0, 0, 0]
      for (let n = 0; n < 24; n++) {
        const i = Math.floor(((n + 0.5) / 24) * value.length)
        const held = value[i] ?? 0
        const step = 4e-3
        value[i] = held + step
        const above = lossOf()
        value[i] = held - step
        const below = lossOf()
        value[i] = held
        const difference = (above - below) / (2 * step)
        const gradient = exact[p]?.[i] ?? 0
        dot += difference * gradient
        own += gradient ** 2
        other += difference ** 2
      }
      expect(own).toBeGreaterThan(1e-6)
      // float32 differences: same direction to 1 %, same length to 2 %.
      expect(dot / Math.sqrt(own * other)).toBeGreaterThan(0.99)
      expect(Math.sqrt(other / own)).toBeGreaterThan(0.98)
      expect(Math.sqrt(other / own)).toBeLessThan(1.02)
    }
  })

  test('embeds one picture by running statistics that have come close to the batch’s', () => {
    const backbone = createBackbone(random(0, 'net'))
    const features = uniform(64 * featureLength, 'features')
    let learned = new Float32Array()
    for (let step = 0; step < 80; step++) {
      learned = backbone.learn(features, (embeddings) => ({
        gradient: new Float32Array(embeddings.length),
        result: embeddings.slice(),
      }))
    }
    const alone = backbone.embed(features.subarray(0, featureLength))
    expect(alone).toHaveLength(embeddingLength)
    const worst = Math.max(...alone.map((value, i) => Math.abs(value - (learned[i] ?? 0))))
    // The running variance is the unbiased one: 64/63 in each of two layers.
    expect(worst).toBeLessThan(0.08)
  })
})
