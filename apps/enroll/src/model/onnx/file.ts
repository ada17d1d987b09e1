import {
  attachHead,
  decodeModel,
  encodeModel,
  extractEmbedding,
  type GraphProto,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type TensorProto,
  toClassifier,
} from '@arcmargin/onnx'
import type { Backbone, PictureInput } from '../backbone.js'
import { FileError } from '../file-error.js'
import type { Recogniser } from '../recogniser.js'
import { loss } from '../train.js'
import { versions } from './versions.js'

/** Where the file's metadata hold what a graph cannot say. */
const key = 'arcmargin.enroll'

interface About {
  readonly names: readonly string[]
  /** Null: nothing is recognised. */
  readonly threshold: number | null
  /** Names of the constants and of the backbone's embedding in the graph. */
  readonly weights: string
  readonly mean: string
  readonly embedding: string
  /** Absent: the page's own net. */
  readonly input?: PictureInput | undefined
}

/** Takes the mean off embeddings. */
const centring = (mean: Float32Array): Uint8Array => {
  const rows = (name: string, about: string) =>
    makeTensorValueInfo(name, ['batch', mean.length], 'float', about)
  return encodeModel({
    ...versions,
    graph: {
      name: 'centring',
      input: [rows('embeddings', 'Of the backbone.')],
      output: [rows('centred', 'Embedding without the mean of what was taught.')],
      node: [makeNode('Sub', ['embeddings', 'taughtMean'], 'centred')],
      initializer: [makeTensor('taughtMean', [mean.length], mean)],
    },
  })
}

/** Name of the constant of the given shape that a graph has and another one had not. */
const addedConstant = (before: GraphProto, after: GraphProto, shape: readonly number[]): string => {
  const known = new Set(before.initializer.map(({ name }) => name))
  const isNew = ({ name, dims }: TensorProto): boolean =>
    !known.has(name) && dims.map(Number).join() === shape.join()
  const found = after.initializer.find(isNew)
  if (found) return found.name
  throw new FileError(`the joint model has no constant [${shape}]`)
}

/**
 * Backbone, mean and class weights as one ONNX model from pictures to the embedding and `scores`, cosines in the order of the
 * names. Names and threshold are in its metadata; pictures are not in it.
 */
export const writeFile = (recogniser: Recogniser, backbone: Backbone): Uint8Array<ArrayBuffer> => {
  const { names, classWeights, dimension, mean, threshold } = recogniser
  const { bytes, embedding, input } = backbone.model()
  const joint = attachHead(bytes, { embedding, head: centring(mean), keepOutputs: false })
  const centred = decodeModel(joint).graph
  const output = centred.output[0]?.name ?? ''
  const model = decodeModel(toClassifier(joint, { embedding: output, classWeights, dimension }))
  const about: About = {
    names,
    threshold: Number.isFinite(threshold) ? threshold : null,
    weights: addedConstant(centred, model.graph, [names.length, dimension]),
    mean: addedConstant(decodeModel(bytes).graph, centred, [dimension]),
    embedding,
    input,
  }
  const metadata = { [key]: JSON.stringify(about), 'arcmargin.loss': JSON.stringify(loss) }
  return encodeModel({
    ...model,
    metadataProps: [
      ...model.metadataProps,
      ...Object.entries(metadata).map(([key, value]) => ({ key, value })),
    ],
  })
}

/** What a file holds: the recogniser, and the backbone that its embeddings are of. */
export interface Enrolment {
  readonly recogniser: Recogniser
  readonly backbone: Uint8Array<ArrayBuffer>
  readonly embedding: string
  /** Undefined: the backbone is this page's own net. */
  readonly input: PictureInput | undefined
}

const constantOf = ({ initializer }: GraphProto, name: string): Float32Array => {
  const found = initializer.find((one) => one.name === name)
  if (!found) throw new FileError(`the model has no constant ${name}`)
  const { rawData, floatData } = found
  // A copy: the bytes may start anywhere in the file.
  return rawData.length > 0
    ? new Float32Array(rawData.slice().buffer)
    : Float32Array.from(floatData)
}

const readAbout = (text: string | undefined): About => {
  const about: Partial<About> | undefined = text === undefined ? undefined : JSON.parse(text)
  const isFine =
    Array.isArray(about?.names) &&
    about.names.every((name) => typeof name === 'string') &&
    (about.threshold === null || Number.isFinite(about.threshold))
  if (!isFine) throw new FileError('the model was not saved by this page')
  return about as About
}

/**
 * Reads a file that {@link writeFile} wrote.
 *
 * @throws FileError, ModelError, SyntaxError where it is none.
 */
export const readFile = (bytes: Uint8Array<ArrayBuffer>): Enrolment => {
  const model = decodeModel(bytes)
  const about = readAbout(model.metadataProps.find((entry) => entry.key === key)?.value)
  const { names, threshold, weights, mean, embedding, input } = about
  const offset = constantOf(model.graph, mean)
  const classWeights = constantOf(model.graph, weights)
  if (classWeights.length !== names.length * offset.length) {
    throw new FileError(
      `the model has ${classWeights.length} class weights for ${names.length} names`,
    )
  }
  return {
    recogniser: {
      names,
      classWeights,
      dimension: offset.length,
      mean: offset,
      threshold: threshold ?? Infinity,
    },
    backbone: extractEmbedding(bytes, { embedding, dimension: offset.length }),
    embedding,
    input,
  }
}
