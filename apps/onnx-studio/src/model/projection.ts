import { encodeModel, makeNode, makeTensor, makeTensorValueInfo } from '@arcmargin/onnx'
import { featureLength } from '@arcmargin/quickstart/features'
import { random } from '@arcmargin/quickstart/random'
import type { Features } from './pictures.js'

/** D, the length of the page's embeddings. */
export const dimension = 32

/** What a step leaves of the last one's direction. */
const momentum = 0.9

/** Steps of the projection beside those of the head; its features are longer than an embedding. */
const share = 0.3

/**
 * The page's small backbone: embedding = features · P. It trains on the gradient by the embeddings that the graph gives out, which is
 * what a backbone in any framework would be handed.
 */
export class Projection {
  /** [624 · D]. */
  readonly #weights: Float32Array
  readonly #velocity: Float32Array = new Float32Array(featureLength * dimension)
  readonly #features: Features

  constructor(features: Features, seed: number) {
    const { between } = random(seed, 'projection')
    const spread = Math.sqrt(3 / featureLength)
    this.#features = features
    this.#weights = Float32Array.from({ length: featureLength * dimension }, () =>
      between(-spread, spread),
    )
  }

  /** [rows · D] of some rows. */
  project(rows: readonly number[]): Float32Array {
    const { values } = this.#features
    const out = new Float32Array(rows.length * dimension)
    rows.forEach((row, n) => {
      for (let i = 0; i < featureLength; i++) {
        const value = values[row * featureLength + i]!
        const [from, to] = [i * dimension, n * dimension]
        for (let d = 0; d < dimension; d++) out[to + d]! += value * this.#weights[from + d]!
      }
    })
    return out
  }

  /** A step down the gradient [rows · D] by the embeddings of these rows. */
  descend(rows: readonly number[], gradient: ArrayLike<number>, rate: number): void {
    const { values } = this.#features
    const [velocity, weights] = [this.#velocity, this.#weights]
    for (let i = 0; i < velocity.length; i++) velocity[i]! *= momentum
    rows.forEach((row, n) => {
      for (let i = 0; i < featureLength; i++) {
        const value = values[row * featureLength + i]!
        const [from, to] = [n * dimension, i * dimension]
        for (let d = 0; d < dimension; d++) velocity[to + d]! += value * gradient[from + d]!
      }
    })
    for (let i = 0; i < weights.length; i++) weights[i]! -= share * rate * velocity[i]!
  }

  /** The projection as a model: `features` [N, 624] of the front end to `embedding` [N, D]. */
  toModel(): Uint8Array<ArrayBuffer> {
    const rows = (name: string, columns: number, about = '') =>
      makeTensorValueInfo(name, ['pictures', columns], 'float', about)
    return encodeModel({
      irVersion: 8n,
      opsetImport: [{ version: 17n }],
      producerName: 'Arcmargin ONNX studio',
      graph: {
        name: 'projection',
        docString: 'Edges, colours and shades of a picture to an embedding.',
        input: [rows('features', featureLength)],
        output: [rows('embedding', dimension, 'Not normalised.')],
        node: [
          makeNode('Sub', ['features', 'mean'], 'centred'),
          makeNode('MatMul', ['centred', 'projection'], 'embedding'),
        ],
        initializer: [
          makeTensor('mean', [featureLength], this.#features.mean),
          makeTensor('projection', [featureLength, dimension], this.#weights),
        ],
      },
    })
  }
}
