import type { Environment } from '../emit/emit.js'
import type { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'

/** Samples in one role: unit or raw vectors [rows, D], and their lengths [rows, 1]. */
export interface Vectors {
  readonly vectors: Value
  readonly norms: Value
}

/** How pairs are measured. */
export interface Measuring {
  /** By their difference vectors: what is near keeps its digits. */
  readonly exact: boolean
  /** Vectors have unit length. */
  readonly unit: boolean
}

/** The pairs of some anchors with all columns. */
export interface Measured {
  /** [anchors, M] inputs of the scores. */
  readonly inputs: Environment
  readonly apart: Apart | undefined
}

/** Difference vectors v = x_j - sign·x_i, short where a pair is near angle 0 or π. */
interface Apart {
  /** [anchors, M, D]. */
  readonly vectors: Value
  /** [anchors, M]: 1, or -1 beyond a right angle; undefined: 1 everywhere. */
  readonly sign: Value | undefined
  /** [anchors, M]: sinθ, or the distance of raw vectors; 0 where there is no direction. */
  readonly length: Value
}

/**
 * Measures pairs. For losses of cosines and products one matrix product is enough; 1 - cosθ has no digits left of a small angle, so
 * that angles and distances are those of the difference vectors: equal samples are at distance 0 exactly.
 */
export const measurePairs = (
  o: Ops,
  { exact, unit }: Measuring,
  a: Vectors,
  b: Vectors,
): Measured => {
  const products = o.timesTransposed(a.vectors, b.vectors)
  if (!exact) return { inputs: { cosTheta: products }, apart: undefined }
  const [anchors, columns] = products.shape as [Dim, Dim]
  const dimension = a.vectors.shape[1] as Dim
  const sign = unit ? o.where(o.compare('lt', products, 0), -1, o.value(1)) : undefined
  const own = o.reshape(a.vectors, [anchors, 1, dimension])
  const signed = sign ? o.mul(o.reshape(sign, [anchors, columns, 1]), own) : own
  const vectors = o.sub(o.reshape(b.vectors, [1, columns, dimension]), signed)
  const square = o.reshape(o.reduce('ReduceSumSquare', vectors, 2), [anchors, columns])
  const gap = o.unary('Sqrt', square)
  if (!sign) {
    return { inputs: { distance: gap, dot: products }, apart: { vectors, sign, length: gap } }
  }
  // |a - b| = 2·sin(θ/2) and |a + b| = 2·cos(θ/2), whichever is short being measured.
  const rest = o.unary('Sqrt', o.max(o.sub(4, square), 0))
  const near = o.compare('gt', sign, 0)
  const cosine = o.mul(sign, o.sub(1, o.div(square, 2)))
  const sine = o.div(o.mul(gap, rest), 2)
  const acute = o.mul(o.unary('Atan', o.div(gap, rest)), 2)
  const angle = o.where(near, acute, o.sub(Math.PI, acute))
  // A zero vector is at a right angle to everything.
  const real = o.and(o.compare('gt', a.norms, 0), o.compare('gt', o.transpose(b.norms), 0))
  return {
    inputs: {
      cosTheta: o.where(real, cosine, 0),
      sinTheta: o.where(real, sine, 1),
      theta: o.where(real, angle, Math.PI / 2),
      chord: o.where(real, o.where(near, gap, rest), Math.SQRT2),
    },
    apart: { vectors, sign, length: o.where(real, sine, 0) },
  }
}

/** d loss by the pairs, [anchors, M]: by the angle or the distance, and by the cosine or the product. */
export interface Slopes {
  readonly apart: Value | undefined
  readonly products: Value | undefined
}

/** The gradients of both sides' vectors; what lies along a unit vector is for the caller to take out. */
export const pullPairs = (
  o: Ops,
  { apart }: Measured,
  slopes: Slopes,
  a: Vectors,
  b: Vectors,
): { readonly a: Value | undefined; readonly b: Value | undefined } => {
  let ofA = slopes.products && o.matmul(slopes.products, b.vectors)
  let ofB = slopes.products && o.transposedTimes(slopes.products, a.vectors)
  if (slopes.apart && apart) {
    const { vectors, sign, length } = apart
    const [anchors, columns, dimension] = vectors.shape as [Dim, Dim, Dim]
    const some = o.compare('gt', length, 0)
    const factors = o.where(some, o.div(slopes.apart, o.where(some, length, 1)), 0)
    const pull = (weights: Value, axis: number): Value =>
      o.reshape(o.sum(o.mul(o.reshape(weights, [anchors, columns, 1]), vectors), axis), [
        axis === 1 ? anchors : columns,
        dimension,
      ])
    const towards = o.unary('Neg', pull(factors, 1))
    // Seen from x_j the way is x_i - sign·x_j = -sign·v.
    const back = pull(sign ? o.mul(factors, sign) : factors, 0)
    ofA = ofA ? o.add(ofA, towards) : towards
    ofB = ofB ? o.add(ofB, back) : back
  }
  return { a: ofA, b: ofB }
}
