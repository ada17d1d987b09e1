import { type Expression, inputsOf } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { emit, type Value } from '../expression/emit.js'
import { angle } from '../expression/functions.js'
import { laneColumn, ownColumn, withoutTargets } from './formulas.js'
import type { Plan } from './plan.js'
import { type Pooled, pool } from './pooling.js'
import { lowest } from './reduce.js'
import type { Step } from './step.js'
import { normalize, type UnitVectors } from './vectors.js'

/** A run of classes against every row. Lives inside the tidy of its visit. */
export interface Block {
  /** First column and number of columns. */
  readonly start: number
  readonly count: number
  /** [count·K, D] and [count·K, 1]. */
  readonly centers: UnitVectors
  /** [N, count, K] and, pooled, [N, count]. */
  readonly pooled: Pooled
  /** [N, count]. */
  readonly shape: [rows: number, count: number]
  /** [1, count] int32: the columns. */
  lanes(): tf.Tensor
  /** [N, count] bool: the row's own class. */
  own(): tf.Tensor
}

/** Nearer to 0 or π than this sine (in float32) the angle to a class that is not the target cannot be told from it. */
export const smallestSine = 3e-4

/** `tf.tidy` for any plain data: its own type wants index signatures. */
const inTidy = <T>(run: () => T): T => tf.tidy(run as () => tf.TensorContainer) as T

/** The raw class weights of a run of columns, [count·K, D]. */
const weightsOf = (plan: Plan, { classWeights }: Step, start: number, count: number): tf.Tensor => {
  const { dimension, subCenters, subset, classes } = plan
  const flat = [count * subCenters, dimension]
  if (!subset) {
    if (count === classes) return tf.reshape(classWeights, flat)
    const from = [start, ...classWeights.shape.slice(1).map(() => 0)]
    return tf.reshape(tf.slice(classWeights, from, [count, ...classWeights.shape.slice(1)]), flat)
  }
  const wanted = tf.tensor1d(subset.subarray(start, start + count), 'int32')
  return tf.reshape(
    tf.gather(tf.reshape(classWeights, [classes, subCenters, dimension]), wanted),
    flat,
  )
}

/** Stage 2: cosines with one block of classes after the other. What a visit makes and does not return is released after it. */
export const eachBlock = <T>(plan: Plan, step: Step, visit: (block: Block) => T): T[] => [
  ...visits(plan, step, visit),
]

/** {@link eachBlock} one at a time, for results that are summed on the way. */
export function* visits<T>(
  plan: Plan,
  step: Step,
  visit: (block: Block) => T,
): Generator<T, void, undefined> {
  const { rows, columns, subCenters, blockSize, keepCosines } = plan
  const turned = tf.transpose(step.embeddings.unit)
  for (let start = 0; start < columns; start += blockSize) {
    const count = Math.min(blockSize, columns - start)
    const known = step.cosines[start / blockSize]
    const released = inTidy(() => {
      const lengths = step.lengths[start / blockSize]
      const centers = normalize(weightsOf(plan, step, start, count), lengths)
      const each =
        known ??
        // Transposing flags of wasm's product are many times slower than a transpose, and that of the cosines is the smaller one.
        tf.reshape(tf.transpose(tf.matMul(centers.unit, turned)), [rows, count, subCenters])
      const range = (): tf.Tensor =>
        tf.reshape(tf.range(start, start + count, 1, 'int32'), [1, count])
      const block = {
        start,
        count,
        centers,
        pooled: pool(each, step.temperature),
        shape: [rows, count] as [number, number],
        lanes: range,
        own: () => tf.equal(step.columns, range()),
      }
      return {
        result: visit(block),
        each: known || !keepCosines ? [] : [each],
        lengths: lengths ? [] : [centers.lengths],
      }
    })
    step.cosines.push(...released.each)
    step.lengths.push(...released.lengths)
    yield released.result
  }
}

/** What is asked of formulas besides their values. */
interface LaneOptions {
  /** What stands at the rows' own classes, by a choice within the formula. */
  readonly without?: number
  /** Inputs besides those of the loss. */
  readonly known?: Readonly<Record<string, Value>>
}

/** Stage 3 for a block: formulas over [N, count]; a value that is the same along an axis may keep 1 there. */
export const emitLanes = (
  formulas: readonly Expression[],
  { environment, perClass, columns }: Step,
  { subset, subCenters }: Plan,
  { start, count, centers, pooled, lanes: range }: Block,
  { without, known }: LaneOptions = {},
): Value[] => {
  const names = new Set(formulas.flatMap((formula) => [...inputsOf(formula)]))
  const lanes: Record<string, Value> = { ...environment, cosTheta: pooled.cosine, ...known }
  if (names.has('weightNorm')) {
    const norms = tf.reshape(centers.norm, [1, count, subCenters])
    lanes['weightNorm'] = tf.sum(tf.mul(norms, pooled.chosen), -1)
  }
  if (names.has('theta') || names.has('sinTheta')) {
    const sine = sineOf(pooled.cosine)
    lanes['sinTheta'] = sine
    lanes['theta'] = angle(sine, pooled.cosine)
  }
  for (const [name, table] of Object.entries(perClass)) {
    lanes[name] = subset
      ? tf.gather(table, tf.tensor1d(subset.subarray(start, start + count), 'int32'), 1)
      : tf.slice(table, [0, start], [1, count])
  }
  if (without === undefined) return emit(formulas, lanes)
  return emit(
    formulas.map((value) => withoutTargets(value, without)),
    { ...lanes, [ownColumn]: columns, [laneColumn]: range() },
  )
}

/** Sine of a cosine, for classes that are not the target. */
export const sineOf = (cosine: tf.Tensor): tf.Tensor =>
  tf.sqrt(tf.mul(tf.sub(1, cosine), tf.add(1, cosine)))

/** A value over [N, count], 0 at the rows' own classes. */
export const withoutOwn = ({ own }: Block, value: Value): tf.Tensor => tf.where(own(), 0, value)

/** Rows whose class is in the block, and where in it. */
export const ownPlaces = (
  labels: Int32Array,
  { start, count }: Pick<Block, 'start' | 'count'>,
): (readonly [row: number, lane: number])[] =>
  Array.from(labels, (column, row) => [row, column - start] as const).filter(
    ([, lane]) => lane >= 0 && lane < count,
  )

/**
 * Logits of the non-targets with the rows' own ones lowered, so that they count for nothing in a sum of exponentials; undefined where
 * that takes a choice among all of them: a formula that is not linear in the cosine might not be finite there, or labels are in a tensor.
 */
export const lowered = (
  { labels, derived }: Plan,
  { start, count, shape }: Block,
  logit: Value,
  slope: Value | undefined,
): tf.Tensor | undefined => {
  const isLinear = derived.other.by === 'cosine' && typeof slope === 'number'
  if (!isLinear || typeof logit === 'number' || labels instanceof tf.Tensor) return undefined
  const own = ownPlaces(labels, { start, count })
  if (own.length === 0) return logit
  const places = tf.tensor2d(own.flat(), [own.length, 2], 'int32')
  return tf.add(logit, tf.scatterND(places, tf.fill([own.length], lowest), shape))
}
