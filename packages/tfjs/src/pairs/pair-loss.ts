import type { PairLoss } from '@arcmargin/core/pairs'
import type { Direction, Members } from '@arcmargin/core/pairs/engine'
import { columnFinder } from '@arcmargin/core/pairs/engine'
import * as tf from '@tensorflow/tfjs-core'
import { tensorsOf, withTensors } from '../head/map-tensors.js'
import { normalize, undoNormalization } from '../head/vectors.js'
import type { Vectors } from './measure.js'
import type { PairLossOptions } from './options.js'
import { makePairPlan, type PairPlan } from './plan.js'
import { createStream, gatherRows, type ParameterTensors, scatterRows } from './stream.js'

/**
 * A pair loss of a batch as one differentiable op: it works inside `tf.grad`, `tf.variableGrads` and `optimizer.minimize`, with
 * gradients by the embeddings, by `others`, and by every loss parameter that is given as a tensor. Anchors are streamed in blocks,
 * forward and backward: beside the gradients the memory is O((N + M)·D + block), and pairs and triplets are never listed.
 *
 * @param loss any pair loss, e.g. `tripletMargin({ margin: 0.2, mining: 'semiHard' })`.
 * @param embeddings [N, D], or [N, V, D] with V views of each sample; float32 and raw: the loss normalises where it says so.
 * @param labels [N] whole numbers, -1 leaves a row out. May be left out with views or `others`: row i then has label i.
 * @param options a second set of samples, chosen pairs, reduction, parameters, ...; see {@link PairLossOptions}.
 * @returns a scalar; 0, and so its gradient, where there is nothing to compare.
 * @throws ParameterError, ShapeError, LabelError before any tensor is made. Values inside tensors are not checked.
 *
 * A zero vector has cosine 0 with everything and no gradient where the loss normalises. Equal samples are at distance 0 and have no
 * direction from each other, so no gradient by their distance. Second derivatives are not there.
 */
export const pairLoss = (
  loss: PairLoss,
  embeddings: tf.Tensor,
  labels?: ArrayLike<number>,
  options: PairLossOptions = {},
): tf.Scalar => {
  const plan = makePairPlan(loss, embeddings, labels, options)
  const others = options.others ? [options.others.embeddings] : []
  const learned = plan.learned.map((name) => options.parameters?.[name] as tf.Tensor)
  const op = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as tf.GradSaveFunc
    const [x, ...rest] = inputs as [tf.Tensor, ...tf.Tensor[]]
    const known: Known = {
      own: vectorsOf(plan, tf.reshape(x, [plan.rows, plan.dimension])),
      others: rest.slice(0, others.length).map((tensor) => vectorsOf(plan, tensor)),
      parameters: Object.fromEntries(
        plan.learned.map((name, index) => [name, rest[others.length + index] as tf.Tensor]),
      ),
      memories: [],
    }
    const memories: (readonly tf.Tensor[])[] = []
    const values = plan.directions.map((direction) => {
      if (isEmpty(plan, direction)) {
        memories.push([])
        return tf.scalar(0)
      }
      const { value, memory } = streamOf(plan, direction, known).forward()
      memories.push(memory)
      return value
    })
    const whole: Known = { ...known, memories }
    save(tensorsOf(whole))
    return {
      value: tf.reshape(tf.addN(values), []),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradients = backward(plan, withTensors(whole, saved.values()))
        const shapes = [embeddings, ...others, ...learned].map(({ shape }) => shape)
        return gradients.map((gradient, index) =>
          tf.reshape(tf.mul(gradient, dy), shapes[index] as number[]),
        )
      },
    }
  })
  return op(embeddings, ...others, ...learned) as tf.Scalar
}

/** What the backward pass gets from the forward pass. */
interface Known {
  readonly own: Vectors
  /** One or none. */
  readonly others: readonly Vectors[]
  readonly parameters: ParameterTensors
  /** By direction; nothing where there was nothing to compare. */
  readonly memories: readonly (readonly tf.Tensor[])[]
}

const vectorsOf = ({ resolved }: PairPlan, vectors: tf.Tensor): Vectors => {
  const normalized = normalize(vectors)
  return resolved.unit ? normalized : { unit: vectors, norm: normalized.norm }
}

const roleOf = ({ own, others }: Known, { ofOthers, source }: Members): Vectors => {
  const all = ofOthers ? (others[0] as Vectors) : own
  const whole = source.length === all.unit.shape[0] && source.every((row, at) => row === at)
  return whole ? all : gatherRows(all, source)
}

const streamOf = (plan: PairPlan, direction: Direction<Members>, known: Known) =>
  createStream(
    plan,
    direction,
    roleOf(known, direction.anchors),
    roleOf(known, direction.others),
    known.parameters,
  )

/** Whether a direction has nothing to say: no anchors or columns, or not both kinds of pairs where the loss needs them. */
const isEmpty = ({ loss }: PairPlan, direction: Direction<Members>): boolean => {
  const { anchors, others } = direction
  if (anchors.rows === 0 || others.rows === 0) return true
  if (!loss.definition.needsBoth) return false
  const find = columnFinder(direction, true)
  let [positives, negatives] = [0, 0]
  anchors.labels.forEach((label, anchor) => {
    if (label < 0) return
    const { positiveCount, negativeCount } = find(anchor)
    positives += positiveCount
    negatives += negativeCount
  })
  return positives === 0 || negatives === 0
}

/** Gradients by all inputs, in their order. */
const backward = (plan: PairPlan, known: Known): tf.Tensor[] => {
  const sides = [known.own, ...known.others]
  const ofSides = sides.map(({ unit }): tf.Tensor => tf.zerosLike(unit))
  let ofParameters = Object.values(known.parameters).map((value): tf.Tensor => tf.zerosLike(value))
  plan.directions.forEach((direction, index) => {
    if (isEmpty(plan, direction)) return
    const found = streamOf(plan, direction, known).backward(
      known.memories[index] as readonly tf.Tensor[],
    )
    for (const role of ['anchors', 'others'] as const) {
      const { ofOthers, source } = direction[role]
      const at = ofOthers ? 1 : 0
      const before = ofSides[at] as tf.Tensor
      ofSides[at] = tf.add(before, scatterAll(found[role], source, before.shape[0] as number))
    }
    ofParameters = ofParameters.map((sum, at) => tf.add(sum, found.parameters[at] as tf.Tensor))
  })
  const raw = ofSides.map((gradient, index) =>
    plan.resolved.unit ? undoNormalization(gradient, sides[index] as Vectors, undefined) : gradient,
  )
  return [...raw, ...ofParameters]
}

/** Gradients of a role in the rows of the caller's tensor. */
const scatterAll = (values: tf.Tensor, source: Int32Array, rows: number): tf.Tensor =>
  source.length === rows && source.every((row, at) => row === at)
    ? values
    : scatterRows(values, source, rows)
