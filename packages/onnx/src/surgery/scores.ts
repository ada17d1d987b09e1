import { NonFiniteError, ParameterError, ShapeError } from '@arcmargin/core'
import { attributeTypes, dataTypes } from '../proto/data-type.js'
import { completed } from '../proto/message.js'
import type { AttributeProto, Draft, NodeProto, ValueInfoProto } from '../proto/model.js'
import type { Decoded } from './join.js'

/** Trained class weights. */
export interface ClassifierWeights {
  /** [C, D], or [C, K, D] with sub-centers; float32 or float64. They need not be normalised. */
  readonly classWeights: Float32Array | Float64Array
  /** D, the length of an embedding. */
  readonly dimension: number
  /** K. Default 1. */
  readonly subCenters?: number
  /** Give the k best classes in the place of all scores. */
  readonly topK?: number
}

const wholeNumber = (argument: string, value: number, most: number): void => {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  const allowed = `a whole number from 1 to ${most}`
  throw new ParameterError('is out of range', { argument, value, allowed })
}

/** Below this norm a vector counts as zero, as in core. */
const tiny = 1e-30

/** Rows of length 1 in float32. The norm is taken in double precision, which no float32 overflows. */
const unitRows = (weights: ArrayLike<number>, dimension: number): Float32Array<ArrayBuffer> => {
  const rows = new Float32Array(weights.length)
  for (let start = 0; start < weights.length; start += dimension) {
    let sum = 0
    for (let i = start; i < start + dimension; i++) sum += weights[i]! ** 2
    const inverse = Math.sqrt(sum) < tiny ? 0 : 1 / Math.sqrt(sum)
    for (let i = start; i < start + dimension; i++) rows[i] = weights[i]! * inverse
  }
  return rows
}

const node = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly Draft<AttributeProto>[] = [],
): Draft<NodeProto> => ({ opType, input, output, attribute, name: `scores/${output[0]}` })

const int = (name: string, i: number): Draft<AttributeProto> => ({
  name,
  type: attributeTypes.int,
  i: BigInt(i),
})

const axis = (i: number): Draft<AttributeProto> => ({
  name: 'axes',
  type: attributeTypes.ints,
  ints: [BigInt(i)],
})

const declared = (
  name: string,
  docString: string,
  columns: number,
  elemType: number = dataTypes.float,
): Draft<ValueInfoProto> => {
  const batch = { value: { case: 'dimParam' as const, value: 'batch' } }
  const width = { value: { case: 'dimValue' as const, value: BigInt(columns) } }
  const value = { elemType, shape: { dim: [batch, width] } }
  return { name, docString, type: { value: { case: 'tensorType', value } } }
}

/** Embeddings to unit length: divided by their largest entry first, so that no square overflows or underflows. */
const normalized: readonly Draft<NodeProto>[] = [
  node('Abs', ['embeddings'], ['absolute']),
  node('ReduceMax', ['absolute'], ['largest'], [axis(1), int('keepdims', 1)]),
  node('Less', ['largest', 'tiny'], ['isZero']),
  node('Where', ['isZero', 'one', 'largest'], ['divisor']),
  node('Div', ['embeddings', 'divisor'], ['scaled']),
  node('ReduceL2', ['scaled'], ['norm'], [axis(1), int('keepdims', 1)]),
  node('Where', ['isZero', 'one', 'norm'], ['safeNorm']),
  node('Div', ['scaled', 'safeNorm'], ['unscreened']),
  node('Where', ['isZero', 'zero', 'unscreened'], ['unit']),
]

const scalar = (name: string, value: number) => ({
  name,
  dataType: dataTypes.float,
  floatData: [value],
})

/**
 * A graph from embeddings [N, D] to cosine scores [N, C], or to the k best: no margin, no scale, as at inference. The weights
 * are normalised here, once.
 *
 * @throws ParameterError, ShapeError where sizes do not fit; NonFiniteError naming the class.
 */
export const scoresModel = (weights: ClassifierWeights): Decoded => {
  const { classWeights, dimension, subCenters = 1, topK } = weights
  wholeNumber('dimension', dimension, 2 ** 31 - 1)
  wholeNumber('subCenters', subCenters, 2 ** 31 - 1)
  const row = dimension * subCenters
  const classes = classWeights.length / row
  if (!Number.isInteger(classes) || classes < 1) {
    const allowed = `a multiple of subCenters · dimension = ${row}`
    const value = classWeights.length
    throw new ShapeError('has the wrong length', { argument: 'classWeights', value, allowed })
  }
  const bad = classWeights.findIndex((value: number) => !Number.isFinite(value))
  if (bad >= 0) {
    const value = classWeights[bad]
    const details = { argument: 'classWeights', value, row: Math.floor(bad / row) }
    throw new NonFiniteError('is not finite', { ...details, allowed: 'finite numbers' })
  }
  if (topK !== undefined) wholeNumber('topK', topK, classes)
  const rows = unitRows(classWeights, dimension)
  const pooled = subCenters > 1
  const all = topK === undefined ? 'scores' : 'allScores'
  const graph = completed('GraphProto', {
    name: 'cosine scores',
    docString: 'Cosines between embeddings and class weights; no margin at inference.',
    input: [declared('embeddings', 'Embeddings [N, D], of any length.', dimension)],
    node: [
      ...normalized,
      node('Gemm', ['unit', 'unitClassWeights'], [pooled ? 'cosines' : all], [int('transB', 1)]),
      ...(pooled
        ? [
            node('Reshape', ['cosines', 'perClass'], ['perSubCenter']),
            node('ReduceMax', ['perSubCenter'], [all], [axis(2), int('keepdims', 0)]),
          ]
        : []),
      ...(topK === undefined ? [] : [node('TopK', [all, 'k'], ['topScores', 'topClasses'])]),
    ],
    output:
      topK === undefined
        ? [declared('scores', 'Cosine with each class, -1 to 1.', classes)]
        : [
            declared('topScores', 'Cosines of the best classes, largest first.', topK),
            declared('topClasses', 'The classes they belong to.', topK, dataTypes.int64),
          ],
    initializer: [
      {
        name: 'unitClassWeights',
        docString: 'Class weights of length 1.',
        dims: [BigInt(classes * subCenters), BigInt(dimension)],
        dataType: dataTypes.float,
        rawData: new Uint8Array(rows.buffer),
      },
      ...(
        [
          ['tiny', tiny],
          ['one', 1],
          ['zero', 0],
        ] as const
      ).map(([name, value]) => scalar(name, value)),
      ...(pooled
        ? [
            {
              name: 'perClass',
              dims: [3n],
              dataType: dataTypes.int64,
              int64Data: [-1n, BigInt(classes), BigInt(subCenters)],
            },
          ]
        : []),
      ...(topK === undefined
        ? []
        : [{ name: 'k', dims: [1n], dataType: dataTypes.int64, int64Data: [BigInt(topK)] }]),
    ],
  })
  const model = completed('ModelProto', {
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    producerName: '@arcmargin/onnx',
    metadataProps: [{ key: 'arcmargin.kind', value: topK === undefined ? 'scores' : 'top-k' }],
  })
  return { ...model, graph }
}
