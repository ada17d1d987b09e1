import type { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'

/** Vectors as directions and lengths. A zero vector has direction 0, length 0 and inverse 0. */
export interface Normalized {
  readonly unit: Value
  readonly norms: Value
  readonly inverse: Value
}

/** Embeddings shorter than this count as zero, as in core. */
const shortestEmbedding = 1e-30

/** Squares of class weights' lengths that float32 holds with all digits: lengths from 1e-18 to 1.8e19; others count as zero. */
const [smallestSquare, largestSquare] = [1e-36, 3.4e38]

/** Powers of two by which very long and very short embeddings are brought to where their squares are neither 0 nor infinite. */
const [long, short] = [2 ** 40, 2 ** -40]
const [shrink, stretch] = [2 ** -80, 2 ** 80]

/** Stage 1 for the embeddings [N, D]: any length that float32 has. */
export const normalizeEmbeddings = (o: Ops, embeddings: Value): Normalized => {
  const largest = o.reduce('ReduceMax', o.unary('Abs', embeddings), 1)
  const factor = o.where(
    o.compare('gt', largest, long),
    shrink,
    o.where(o.compare('lt', largest, short), stretch, o.value(1)),
  )
  const scaled = o.mul(embeddings, factor)
  const length = o.unary('Sqrt', o.reduce('ReduceSumSquare', scaled, 1))
  const norms = o.div(length, factor)
  const zero = o.compare('lt', norms, shortestEmbedding)
  const divisor = o.where(zero, 1, length)
  return {
    unit: o.where(zero, 0, o.div(scaled, divisor)),
    norms: o.where(zero, 0, norms),
    inverse: o.where(zero, 0, o.div(1, o.where(zero, 1, norms))),
  }
}

/** Lengths of class weights and their inverses, from the sums of squares. */
export const weightNorms = (o: Ops, squares: Value): Omit<Normalized, 'unit'> => {
  const fine = o.and(
    o.compare('ge', squares, smallestSquare),
    o.compare('le', squares, largestSquare),
  )
  const norms = o.unary('Sqrt', o.where(fine, squares, 1))
  return { norms: o.where(fine, norms, 0), inverse: o.where(fine, o.div(1, norms), 0) }
}

/** Stage 1 for some class weights, along the last axis. */
export const normalizeWeights = (o: Ops, weights: Value): Normalized => {
  const squares = o.reduce('ReduceSumSquare', weights, weights.shape.length - 1)
  const { norms, inverse } = weightNorms(o, squares)
  return { unit: o.mul(weights, inverse), norms, inverse }
}

/** Back from the gradient by a direction to the one by the vector, without what lies along it: (g - <g, û>û)/norm. */
export const undoNormalization = (
  o: Ops,
  gradient: Value,
  { unit, inverse }: Normalized,
): Value => {
  const along = o.sum(o.mul(gradient, unit), 1)
  return o.mul(o.sub(gradient, o.mul(along, unit)), inverse)
}
