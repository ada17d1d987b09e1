import { type Draft, encodeModel, type NodeProto, toClassifier } from '@arcmargin/onnx'
import type { Experiment } from '../experiments.js'
import { featureLength } from '../features.js'
import { embeddingLength } from '../net/backbone.js'
import { epsilon } from '../net/batch-norm.js'
import type { Trained } from '../train.js'

const float = 1
const hidden = 256

/** How many classes the classifier gives for each picture. */
export const bestCount = 5

const rowsOf = (columns: number) => ({
  value: {
    case: 'tensorType' as const,
    value: {
      elemType: float,
      shape: {
        dim: [
          { value: { case: 'dimParam' as const, value: 'pictures' } },
          { value: { case: 'dimValue' as const, value: BigInt(columns) } },
        ],
      },
    },
  },
})

const tensor = (name: string, data: Float32Array, dims: readonly number[] = [data.length]) => ({
  name,
  dims: dims.map(BigInt),
  dataType: float,
  floatData: data,
})

const batchNorm = (input: string, output: string, names: readonly string[]): Draft<NodeProto> => ({
  opType: 'BatchNormalization',
  name: `normalise ${output}`,
  input: [input, ...names],
  output: [output],
  attribute: [{ name: 'epsilon', type: 1, f: epsilon }],
})

const product = (input: string, weights: string, output: string): Draft<NodeProto> => ({
  opType: 'MatMul',
  name: `product ${output}`,
  input: [input, weights],
  output: [output],
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
      input: [{ name: 'features', type: rowsOf(featureLength), docString: 'Of the front end.' }],
      output: [{ name: 'embedding', type: rowsOf(embeddingLength), docString: 'Not normalised.' }],
      node: [
        product('features', 'first', 'edges'),
        batchNorm('edges', 'normalisedEdges', ['scale', 'offset', 'mean', 'variance']),
        { opType: 'PRelu', input: ['normalisedEdges', 'slope'], output: ['active'] },
        product('active', 'second', 'projected'),
        batchNorm('projected', 'embedding', ['ones', 'zeros', 'outMean', 'outVariance']),
      ],
      initializer: [
        tensor('first', first, [featureLength, hidden]),
        tensor('scale', scale),
        tensor('offset', offset),
        tensor('mean', hiddenStatistics.mean),
        tensor('variance', hiddenStatistics.variance),
        tensor('slope', slope),
        tensor('second', second, [hidden, embeddingLength]),
        tensor('ones', new Float32Array(embeddingLength).fill(1)),
        tensor('zeros', new Float32Array(embeddingLength)),
        tensor('outMean', embeddingStatistics.mean),
        tensor('outVariance', embeddingStatistics.variance),
      ],
    },
  })
  const dimension = embeddingLength
  const head = { embedding: 'embedding', classWeights, dimension, subCenters, topK: bestCount }
  return toClassifier(model, head)
}
