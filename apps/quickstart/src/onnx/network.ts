import {
  attributeTypes,
  type Draft,
  encodeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
  toClassifier,
} from '@arcmargin/onnx'
import type { Experiment } from '../experiments.js'
import { featureLength } from '../features.js'
import { embeddingLength } from '../net/backbone.js'
import { epsilon } from '../net/batch-norm.js'
import type { Trained } from '../train.js'

const hidden = 256

/** How many classes the classifier gives for each picture. */
export const bestCount = 5

const rows = (name: string, columns: number, about: string) =>
  makeTensorValueInfo(name, ['pictures', columns], 'float', about)

const vector = (name: string, values: Float32Array) => makeTensor(name, [values.length], values)

const batchNorm = (input: string, output: string, names: readonly string[]): Draft<NodeProto> => ({
  ...makeNode('BatchNormalization', [input, ...names], output),
  attribute: [{ name: 'epsilon', type: attributeTypes.float, f: epsilon }],
})

/**
 * A trained network with its class weights as one ONNX model: `features` [N, 624], which the front end makes of pictures, to
 * `embedding` [N, 64], and `topScores` and `topClasses` [N, 5] among the training emoji.
 */
export const networkModel = (
  { backbone, classWeights }: Trained,
  { title, loss, subCenters }: Experiment,
): Uint8Array<ArrayBuffer> => {
  const { first, scale, offset, slope, second, hiddenStatistics, embeddingStatistics } =
    backbone.weights
  const model = encodeModel({
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    producerName: 'Arcmargin quickstart',
    metadataProps: [{ key: 'arcmargin.loss', value: JSON.stringify(loss) }],
    graph: {
      name: `emoji embedding, trained with ${title}`,
      docString: 'Embeddings are compared by cosine.',
      input: [rows('features', featureLength, 'Of the front end.')],
      output: [rows('embedding', embeddingLength, 'Not normalised.')],
      node: [
        makeNode('MatMul', ['features', 'first'], 'edges'),
        batchNorm('edges', 'normalisedEdges', ['scale', 'offset', 'mean', 'variance']),
        makeNode('PRelu', ['normalisedEdges', 'slope'], 'active'),
        makeNode('MatMul', ['active', 'second'], 'projected'),
        batchNorm('projected', 'embedding', ['ones', 'zeros', 'outMean', 'outVariance']),
      ],
      initializer: [
        makeTensor('first', [featureLength, hidden], first),
        vector('scale', scale),
        vector('offset', offset),
        vector('mean', hiddenStatistics.mean),
        vector('variance', hiddenStatistics.variance),
        vector('slope', slope),
        makeTensor('second', [hidden, embeddingLength], second),
        vector('ones', new Float32Array(embeddingLength).fill(1)),
        vector('zeros', new Float32Array(embeddingLength)),
        vector('outMean', embeddingStatistics.mean),
        vector('outVariance', embeddingStatistics.variance),
      ],
    },
  })
  const dimension = embeddingLength
  const head = { embedding: 'embedding', classWeights, dimension, subCenters, topK: bestCount }
  return toClassifier(model, head)
}
