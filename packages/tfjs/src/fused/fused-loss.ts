import * as tf from '@tensorflow/tfjs-core'
import { emit, toTensor, type Value } from '../expression/emit.js'
import { createParameterGradients } from '../head/parameter-gradients.js'
import type { Plan } from '../head/plan.js'
import { hostScales, readRows, readTables } from '../head/step.js'
import { type FusedOutputs, runFused } from './kernel.js'

type Tensors = Readonly<Record<string, tf.Tensor>>

/** Tensors under the names that the kernel expects. */
export const prefixed = (kind: string, values: Readonly<Record<string, Value>>): Tensors =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${kind} ${name}`, toTensor(value)]),
  )

/** Kernels read vectors in fours: D is filled up with zeros, which change no angle and no length. */
const inFours = (tensor: tf.Tensor, dimension: number): tf.Tensor => {
  const missing = (4 - (dimension % 4)) % 4
  if (missing === 0) return tensor
  return tf.pad(tensor, [
    ...tensor.shape.slice(1).map((): [number, number] => [0, 0]),
    [0, missing],
  ])
}

/** {@link inFours} undone. */
const withoutFill = (tensor: tf.Tensor, shape: number[]): tf.Tensor =>
  tensor.shape.at(-1) === shape.at(-1)
    ? tensor
    : tf.slice(
        tensor,
        shape.map(() => 0),
        shape,
      )

/** The regulariser of the classes, a mean over them. */
const classRegularizer = (plan: Plan, learned: Tensors): Value => {
  const { classRegularizer: formula } = plan.resolved
  if (!formula) return 0
  const { scalars, perClass } = readTables(plan, learned)
  const [terms] = emit([formula], { ...scalars, ...perClass }) as [Value]
  return typeof terms === 'number' ? terms : tf.mean(terms)
}

/** [padded] share of each row in the loss. */
const sharesOf = (plan: Plan, padded: number): tf.Tensor => {
  const shares = new Float32Array(padded)
  shares.set(hostScales(plan) as Float32Array)
  return tf.tensor1d(shares)
}

/** The op's value, from what the kernel gives for the rows. */
const assembleRows = (plan: Plan, { values, flags }: FusedOutputs, learned: Tensors): tf.Tensor => {
  const { options, resolved, derived, columns, rows } = plan
  const [losses, regularizers, repel] = values
  // Rows that no kernel of the loss writes hold what another one left there.
  const samples = derived.sample ? regularizers : tf.zerosLike(losses)
  const scale = sharesOf(plan, losses.size)
  const counts = tf.greater(scale, 0)
  const own = tf.where(counts, tf.mul(tf.add(losses, samples), scale), 0)
  if (options.reduction === 'none') {
    return tf.where(notFinite(flags), Number.NaN, tf.slice(own, 0, rows))
  }
  const value =
    resolved.reduction === 'classwise'
      ? tf.addN([
          tf.sum(tf.where(counts, losses, 0)),
          tf.div(tf.sum(repel), columns),
          tf.sum(tf.where(counts, tf.mul(samples, scale), 0)),
        ])
      : tf.sum(own)
  return tf.where(notFinite(flags), Number.NaN, tf.add(value, classRegularizer(plan, learned)))
}

const notFinite = (flags: tf.Tensor): tf.Tensor => tf.any(tf.notEqual(flags, tf.scalar(0, 'int32')))

/** In training variables take the state after the step. */
export const keepState = (
  { options, state, resolved }: Plan,
  after: readonly tf.Tensor[],
): void => {
  if (!(options.training ?? true)) return
  Object.keys(resolved.state).forEach((name, index) => {
    const variable = state[name]
    if (variable instanceof tf.Variable) variable.assign(after[index] as tf.Tensor)
  })
}

/** d value / d the parameters in tensors, in their shapes. */
const parameterGradients = (
  plan: Plan,
  learned: Tensors,
  byRows: readonly tf.Tensor[],
  factor: tf.Tensor,
): tf.Tensor[] => {
  const { scalars: environment, perClass } = readTables(plan, learned)
  const step = { ...readRows(plan), environment, perClass }
  const gradients = createParameterGradients(plan, step, factor)
  plan.learned.forEach((name, index) => {
    const own = tf.reshape(tf.slice(byRows[index] as tf.Tensor, 0, plan.rows), [plan.rows, 1])
    gradients.add(name, tf.where(step.counts, tf.mul(own, factor), 0))
  })
  const whole = gradients.finish([])
  return plan.learned.map((name) =>
    tf.reshape(whole[name] as tf.Tensor, (learned[name] as tf.Tensor).shape),
  )
}

/**
 * The op on a kernel that computes a whole step at once. The gradients come with the value, where a gradient is being taken: they are
 * multiplied by what comes from above.
 */
export const fusedLoss = (
  plan: Plan,
  embeddings: tf.Tensor,
  classWeights: tf.Tensor,
  parameters: readonly tf.Tensor[],
): tf.Tensor => {
  const { classes, subCenters, dimension, rows } = plan
  const backward = tf.engine().isTapeOn()
  const shape = [classes, subCenters, dimension]
  const op = tf.customGrad((...given) => {
    const save = given.pop() as unknown as tf.GradSaveFunc
    const [x, w, ...values] = given as [tf.Tensor, tf.Tensor, ...tf.Tensor[]]
    const learned = Object.fromEntries(
      plan.learned.map((name, index) => [name, values[index] as tf.Tensor]),
    )
    const found = runFused(
      plan,
      {
        ...prefixed('state', plan.state),
        ...prefixed('parameter', learned),
        embeddings: inFours(x, dimension),
        classWeights: inFours(tf.reshape(w, shape), dimension),
      },
      backward,
    )
    keepState(plan, found.state)
    save([found.flags, ...found.gradients])
    return {
      value: assembleRows(plan, found, learned),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [flags, dx, dw, ...byRows] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
        const factor = tf.where(notFinite(flags), Number.NaN, dy)
        const own = (gradient: tf.Tensor, size: number[]): tf.Tensor =>
          tf.mul(withoutFill(gradient, size), factor)
        return [
          own(dx, [rows, dimension]),
          tf.reshape(own(dw, shape), classWeights.shape),
          ...parameterGradients(plan, learned, byRows, factor),
        ]
      },
    }
  })
  return op(embeddings, classWeights, ...parameters)
}
