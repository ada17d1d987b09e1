import { ParameterError } from '@arcmargin/core'
import { positiveInteger } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import {
  initializers,
  type LayersModel,
  layers,
  model as modelOf,
  type Shape,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers'
import type { MarginHead } from './margin-head/margin-head.js'
import { cosineScores } from './scores.js'

/** What a {@link CosineScores} layer is made of, besides what every layer takes. */
export interface CosineScoresConfig {
  /** C. */
  readonly classes: number
  /** K, sub-centers a class. Default 1. */
  readonly subCenters?: number
  /** Without the batch, where it is the first layer of a model: [D]. */
  readonly inputShape?: Shape
  readonly name?: string
}

type LayerOptions = ConstructorParameters<typeof layers.Layer>[0]

/**
 * Cosines of embeddings [N, D] with class weights, [N, C], without margin: what a trained head is for inference, as a layer that is
 * stored with its model. It is not trained: a `MarginHead` is. Importing this module registers it, so that `tf.loadLayersModel` finds it.
 */
export class CosineScores extends layers.Layer {
  /** Under which it is stored. */
  static className = 'ArcmarginCosineScores'
  readonly #classes: number
  readonly #subCenters: number

  constructor({ classes, subCenters = 1, ...options }: CosineScoresConfig) {
    super({ ...options, trainable: false } as LayerOptions)
    this.#classes = positiveInteger('classes', classes)
    this.#subCenters = positiveInteger('subCenters', subCenters)
  }

  /** Makes the weights, once the dimension is known. */
  override build(inputShape: Shape | Shape[]): void {
    const dimension = inputShape.at(-1)
    if (typeof dimension !== 'number') {
      const allowed = '[N, D] with a known D'
      throw new ParameterError('has no fixed dimension', {
        argument: 'inputs',
        value: `[${inputShape}]`,
        allowed,
      })
    }
    const shape = [this.#classes, this.#subCenters, dimension]
    const initializer = initializers.randomNormal({ stddev: dimension ** -0.5 })
    this.addWeight('class_weights', shape, 'float32', initializer)
    this.built = true
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0] as number | null, this.#classes]
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const embeddings = Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs
    return tf.tidy(() =>
      cosineScores(embeddings, (this.weights[0] as { read(): tf.Tensor }).read()),
    )
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), classes: this.#classes, subCenters: this.#subCenters }
  }
}

tf.serialization.registerClass(CosineScores)

/**
 * A backbone and its trained head as one model for inference: its output is the cosine with every class, [N, C]. It has a copy of the
 * head's weights and shares the backbone's layers; `save` stores both, and `tf.loadLayersModel` reads them where this module is imported.
 *
 * @param model a backbone whose one output is embeddings [N, D].
 * @param head the head, of the same dimension.
 */
export const scoringModel = (model: LayersModel, head: MarginHead): LayersModel => {
  const { classes, subCenters, dimension } = head
  const layer = new CosineScores({ classes, subCenters })
  const outputs = layer.apply(model.outputs[0] as SymbolicTensor) as SymbolicTensor
  tf.tidy(() => layer.setWeights([tf.reshape(head.classWeights, [classes, subCenters, dimension])]))
  return modelOf({ inputs: model.inputs, outputs })
}
