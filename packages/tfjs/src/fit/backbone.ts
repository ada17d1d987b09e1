import { ParameterError, ShapeError } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { MissingGradientsError } from '../errors.js'

/** A `tf.LayersModel`, seen through what training needs of it. */
export interface LayersBackbone {
  apply(inputs: tf.Tensor, options: { training: boolean }): unknown
  readonly trainableWeights: readonly { read(): tf.Tensor }[]
  calculateLosses(): tf.Scalar[]
  readonly optimizer?: tf.Optimizer
  readonly outputs?: readonly { readonly shape: readonly (number | null)[] }[]
}

/** A `tf.GraphModel`: its weights are constants, so the head alone is trained. */
export interface GraphBackbone {
  predictAsync(inputs: tf.Tensor): Promise<unknown>
}

/** A model that makes embeddings. */
export type BackboneModel = LayersBackbone | GraphBackbone

/** What makes embeddings [N, D] of a batch. */
export interface Backbone {
  /** Variables that an optimiser moves. */
  readonly weights: readonly tf.Variable[]
  readonly optimizer: tf.Optimizer | undefined
  /** Embeddings of a batch; where the backbone is frozen, they are made before the step and only here. */
  frozen?(inputs: tf.Tensor): Promise<tf.Tensor>
  /** Embeddings of a batch as part of a differentiable step, with the model's own regularisers. */
  embed(
    inputs: tf.Tensor,
    training: boolean,
  ): { readonly embeddings: tf.Tensor; readonly losses: readonly tf.Tensor[] }
}

/** Refuses, before anything is computed, a model whose known output does not fit. */
const checkOutputs = ({ outputs }: LayersBackbone, dimension: number): void => {
  if (!outputs) return
  const shape = outputs[0]?.shape ?? []
  if (outputs.length === 1 && shape.length === 2 && shape[1] === dimension) return
  throw new ShapeError(`makes ${outputs.length} outputs, the first of the shape [${shape}]`, {
    argument: 'model',
    allowed: `one output [N, ${dimension}], the dimension of the head`,
  })
}

/** Refuses what is not one tensor [N, D]. */
const single = (output: unknown, dimension: number): tf.Tensor => {
  const found = Array.isArray(output) && output.length === 1 ? output[0] : output
  if (!(found instanceof tf.Tensor)) {
    const allowed = `a model with one output, the embeddings [N, ${dimension}]`
    throw new ParameterError('has not one output', { argument: 'model', allowed })
  }
  if (found.rank === 2 && found.shape[1] === dimension) return found
  const allowed = `[N, ${dimension}], the dimension of the head`
  throw new ShapeError(`makes embeddings of the shape [${found.shape}]`, {
    argument: 'model',
    allowed,
  })
}

/** Ops are differentiable once their gradients are registered, which TensorFlow.js's core alone does not do. */
const checkGradients = (): void => {
  if (!tf.getGradient(tf.Add) || !tf.getGradient(tf.BatchMatMul)) throw new MissingGradientsError()
}

/**
 * Finds out what kind of model it is.
 *
 * @throws ParameterError for anything else; MissingGradientsError where its layers could not be trained.
 */
export const backboneOf = (model: BackboneModel, dimension: number): Backbone => {
  if ('trainableWeights' in model && typeof model.apply === 'function') {
    checkGradients()
    checkOutputs(model, dimension)
    return {
      weights: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
      optimizer: model.optimizer,
      embed: (inputs, training) => ({
        embeddings: single(model.apply(inputs, { training }), dimension),
        losses: training ? model.calculateLosses() : [],
      }),
    }
  }
  if ('predictAsync' in model && typeof model.predictAsync === 'function') {
    return {
      weights: [],
      optimizer: undefined,
      frozen: async (inputs) => {
        const output = await model.predictAsync(inputs)
        try {
          return single(output, dimension)
        } catch (error) {
          tf.dispose(output as tf.TensorContainer)
          throw error
        }
      },
      embed: (embeddings) => ({ embeddings, losses: [] }),
    }
  }
  const allowed = 'a tf.LayersModel or a tf.GraphModel'
  throw new ParameterError('makes no embeddings', { argument: 'model', allowed })
}
