import { angleOf } from '../emit/accurate.js'
import type { Ops } from '../graph/ops.js'
import type { Dim, Value } from '../graph/value.js'
import { type Normalized, normalizeWeights } from './normalize.js'
import { type Pooling, poolSubCenters } from './pooling.js'

/** Below this sine two float32 directions are equal: the tangent has no direction. */
const noDirection = 1e-10

/** The N target entries, measured accurately: each row against the sub-centers of its own class. */
export interface Targets {
  /** [N, 1] pooled cosine, its sine from the tangent vector, and the angle. */
  readonly cosines: Value
  readonly sines: Value
  readonly angles: Value
  /** [N, 1] norm of the pooled sub-center. */
  readonly norms: Value
  /** Directions [N, K, D], norms and inverses [N, K, 1] of the own class's sub-centers. */
  readonly weights: Normalized
  readonly pooling: Pooling
  /** [N, 1] whether the row counts and neither side is zero. */
  readonly measured: Value
}

/** A tangent at a direction, towards another one. */
interface Tangent {
  /** Of length 1, or 0 where there is no direction. */
  readonly unit: Value
  /** Not scaled: of the sine's length. */
  readonly whole: Value
  readonly sine: Value
}

/**
 * The tangent at `from` that points to `to`, along the last axis; both are directions. Made orthogonal twice, since the first
 * difference cancels for small angles.
 */
const tangent = (o: Ops, from: Value, to: Value): Tangent => {
  const axis = from.shape.length - 1
  const without = (vector: Value): Value =>
    o.sub(vector, o.mul(o.sum(o.mul(vector, from), axis), from))
  const whole = without(without(to))
  const length = o.unary('Sqrt', o.reduce('ReduceSumSquare', whole, axis))
  const directed = o.compare('gt', length, noDirection)
  const scale = o.where(directed, o.div(1, o.max(length, noDirection)), 0)
  return { unit: o.mul(whole, scale), whole, sine: o.where(directed, length, 0) }
}

/** Measures the target entries; rows that are ignored keep angle π/2 and take part in nothing. */
export const measureTargets = (
  o: Ops,
  embeddings: Normalized,
  ownWeights: Value,
  counted: Value,
  temperature: Value | undefined,
): Targets => {
  const [rows, subCenters, dimension] = ownWeights.shape as [Dim, number, number]
  const weights = normalizeWeights(o, ownWeights)
  const wide = o.reshape(embeddings.unit, [rows, 1, dimension])
  const each = o.reshape(o.sum(o.mul(wide, weights.unit), 2), [rows, 1, subCenters])
  const pooling = poolSubCenters(o, each, temperature)
  const pooled = o.reshape(pooling.pooled, [rows, 1])
  const cosine = o.min(o.max(pooled, -1), 1)
  const norms = pooling.chosen(o.reshape(weights.norms, [rows, 1, subCenters]))
  const measured = o.and(
    counted,
    o.and(o.compare('gt', embeddings.norms, 0), o.compare('gt', norms, 0)),
  )
  const sine = temperature
    ? o.unary('Sqrt', o.mul(o.sub(1, cosine), o.add(1, cosine)))
    : tangent(o, embeddings.unit, chosenUnit(o, weights.unit, pooling)).sine
  const cosines = o.where(measured, cosine, 0)
  const sines = o.where(measured, sine, 1)
  return {
    cosines,
    sines,
    angles: angleOf(o, cosines, sines),
    norms: o.where(counted, norms, 0),
    weights,
    pooling,
    measured,
  }
}

/** [N, D] of [N, K, D]: the direction of the sub-center that was pooled. */
const chosenUnit = (o: Ops, units: Value, pooling: Pooling): Value => {
  const [rows, subCenters, dimension] = units.shape as [Dim, number, number]
  if (subCenters === 1) return o.reshape(units, [rows, dimension])
  const mask = o.reshape(pooling.mask, [rows, subCenters, 1])
  return o.reshape(o.sum(o.mul(mask, units), 1), [rows, dimension])
}

/** Slopes of the reduced loss by what belongs to each row's target, [N, 1]. */
export interface TargetSlopes {
  readonly angle: Value
  readonly featureNorm: Value
  readonly weightNorm: Value
}

/** The targets' share of the gradients. */
export interface TargetGradients {
  /** [N, D] by the raw embeddings. */
  readonly embeddings: Value
  /** [N, K, D] by the raw class weights of each row's own class. */
  readonly classWeights: Value
}

/**
 * Stage 5 for the targets: along their tangents, which are unit vectors, so that nothing is divided by a sine. Where the pooling
 * is a mean of cosines there is no tangent of its own, and each sub-center pulls by its share.
 */
export const targetGradients = (
  o: Ops,
  embeddings: Normalized,
  targets: Targets,
  slopes: TargetSlopes,
): TargetGradients => {
  const { weights, pooling, measured } = targets
  const [rows, subCenters, dimension] = weights.unit.shape as [Dim, number, number]
  const wide = o.reshape(embeddings.unit, [rows, 1, dimension])
  const spread = (value: Value): Value => o.reshape(value, [rows, subCenters, 1])
  const towards = tangent(o, wide, weights.unit)
  const back = tangent(o, weights.unit, wide)
  const mask = spread(pooling.mask)
  // Towards the center the angle falls.
  const angle = o.where(measured, o.unary('Neg', slopes.angle), 0)
  const bySine = o.where(
    o.compare('gt', targets.sines, 0),
    o.div(angle, o.max(targets.sines, noDirection)),
    0,
  )
  const pull = pooling.soft
    ? o.mul(o.reshape(bySine, [rows, 1, 1]), spread(pooling.weights))
    : o.mul(o.reshape(angle, [rows, 1, 1]), mask)
  const along = (side: Tangent): Value => o.mul(pull, pooling.soft ? side.whole : side.unit)
  const byNorm = o.mul(
    o.mul(o.reshape(slopes.weightNorm, [rows, 1, 1]), mask),
    o.where(o.compare('gt', weights.norms, 0), weights.unit, 0),
  )
  const towardsAll = o.reshape(o.sum(along(towards), 1), [rows, dimension])
  return {
    embeddings: o.add(
      o.mul(towardsAll, embeddings.inverse),
      o.mul(slopes.featureNorm, embeddings.unit),
    ),
    classWeights: o.add(o.mul(along(back), weights.inverse), byNorm),
  }
}
