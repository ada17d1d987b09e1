import { ModelError } from '../errors.js'
import { finishModel } from '../export/model.js'
import { buildScores } from '../export/scores.js'
import { decodeModel } from '../proto/decode.js'
import { encodeModel } from '../proto/encode.js'
import { joinHead } from './join.js'

/** How {@link attachHead} joins. */
export interface AttachOptions {
  /** Name of the backbone's tensor that holds the embeddings: an output, or any value inside. */
  readonly embedding: string
  /** Bytes of the head, a graph that takes embeddings [N, D]. */
  readonly head: Uint8Array
  /** Name of the head's input that the embeddings go to. Default `embeddings`. */
  readonly input?: string
  /** Whether the backbone's own outputs remain. Default true. */
  readonly keepOutputs?: boolean
}

/**
 * Puts a head behind a backbone: one file with the inputs of both. A frozen backbone with a trainable head is one such file.
 * Names that both use are told apart by a prefix, float16 and float64 embeddings are cast, [N, D, 1, 1] is flattened, and
 * operators of the older opset are rewritten for the newer.
 *
 * @param model bytes of the backbone's .onnx file.
 * @returns bytes of the joint model; outputs of the backbone first, then those of the head.
 * @throws ModelError when one of them cannot be read, has no such tensor, or the two do not fit; it says what would.
 */
export const attachHead = (
  model: Uint8Array,
  { embedding, head, input = 'embeddings', keepOutputs = true }: AttachOptions,
): Uint8Array<ArrayBuffer> => {
  const top = decodeModel(head)
  const inputs = top.graph.input.map(({ name }) => name)
  if (!inputs.includes(input)) {
    const allowed = inputs.join(', ')
    throw new ModelError(`input is not one of the head's (got ${input}); allowed: ${allowed}`, {
      argument: 'input',
      value: input,
      allowed,
    })
  }
  return encodeModel(joinHead(decodeModel(model), top, { embedding, input, keepOutputs }))
}

/** What {@link toClassifier} bakes in, and where. */
export interface ClassifierOptions {
  /** Name of the backbone's tensor that holds the embeddings. */
  readonly embedding: string
  /** Trained class weights [C, D], or [C, K, D] with sub-centers. They need not be normalised. */
  readonly classWeights: Float32Array | Float64Array
  /** D, the length of an embedding. */
  readonly dimension: number
  /** K. Default 1. */
  readonly subCenters?: number
  /** Element type of the weights in the file. Default `float32`. */
  readonly weightType?: 'float32' | 'float16'
  /** Give the k best classes in the place of all scores. */
  readonly topK?: number
  /** Whether the backbone's own outputs, the embedding for one, remain. Default true. */
  readonly keepOutputs?: boolean
}

/**
 * Makes a classifier for deployment from a backbone and trained class weights: cosine `scores` [N, C], or `topScores` and
 * `topClasses` [N, k], as {@link exportLogits} computes them. The weights are normalised and part of the file; sub-centers give the
 * largest cosine; there is no margin.
 *
 * @param model bytes of the backbone's .onnx file.
 * @returns bytes of the classifier.
 * @throws ParameterError, ShapeError where sizes do not fit; NonFiniteError naming the class; ModelError as {@link attachHead}, and
 * when the weights exceed the 2 GiB that a file holds.
 */
export const toClassifier = (
  model: Uint8Array,
  { embedding, keepOutputs = true, classWeights, ...rest }: ClassifierOptions,
): Uint8Array<ArrayBuffer> => {
  const backbone = decodeModel(model)
  const options = { ...rest, weights: classWeights }
  const { builder, external } = buildScores(options, 'classWeights')
  if (external) {
    const allowed =
      "weightType 'float16', or exportLogits, whose external data attachHead leaves beside the file"
    throw new ModelError(`classWeights exceed what a file holds; allowed: ${allowed}`, {
      argument: 'classWeights',
      value: external.data.length,
      allowed,
    })
  }
  const scores = finishModel(builder, undefined, 'logits', options, undefined).model
  return encodeModel(joinHead(backbone, scores, { embedding, input: 'embeddings', keepOutputs }))
}
