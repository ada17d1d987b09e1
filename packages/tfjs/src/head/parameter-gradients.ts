import { derivative, type Expression, inputsOf } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { toInt } from '../expression/cast.js'
import { emit, toTensor } from '../expression/emit.js'
import type { Plan } from './plan.js'
import type { Step } from './step.js'

/** Collects d value/d parameter over targets, non-targets and regulariser, for parameters in tensors. */
export interface ParameterGradients {
  /** ∂(other logit)/∂parameter, to be evaluated with the non-targets. */
  readonly otherSlopes: readonly Expression[]
  /** Takes d value / d a parameter by rows, [N, 1]. */
  add(name: string, terms: tf.Tensor): void
  /** Takes d value / d a formula of the rows, [N, 1]. */
  addRows(formula: Expression, factors: tf.Tensor): void
  /** A block's part, from [N, count] d value/d logit times each of the slopes. */
  ofBlock(terms: readonly tf.Tensor[]): Record<string, tf.Tensor>
  /** The sums over rows and blocks, in the parameters' shapes. */
  finish(blocks: readonly Readonly<Record<string, tf.Tensor>>[]): Record<string, tf.Tensor>
}

/** Starts at the class regulariser's gradient, which reduction `none` leaves out with the regulariser. */
export const createParameterGradients = (
  plan: Plan,
  step: Pick<Step, 'environment' | 'perClass' | 'counts' | 'columns'>,
  dy: tf.Tensor,
): ParameterGradients => {
  const { learned: names, scopes, derived, rows, classes, columns, subset, options } = plan
  const { environment, perClass, counts } = step
  const { classRegularizer } = plan.resolved
  const otherSlopes = names.map((name) => derivative(derived.other.value, name))
  const reached = names.filter((name) => inputsOf(derived.other.value).has(name))
  const sizes: Record<string, number[]> = Object.fromEntries(
    names.map((name) => [
      name,
      scopes[name] === 'perClass' ? [columns] : scopes[name] === 'perSample' ? [rows] : [],
    ]),
  )
  const sums = Object.fromEntries(names.map((name) => [name, [] as tf.Tensor[]]))

  /** From [N, 1] terms of rows to the parameter: at their classes, at themselves, or all together. */
  const ofRows = (name: string, terms: tf.Tensor): tf.Tensor => {
    if (scopes[name] === 'perSample') return tf.reshape(terms, [rows])
    if (scopes[name] !== 'perClass') return tf.sum(terms)
    const places = toInt(tf.maximum(step.columns, 0))
    return tf.scatterND(places, tf.reshape(terms, [rows]), [columns])
  }

  const add = (name: string, terms: tf.Tensor): void => {
    sums[name]?.push(ofRows(name, terms))
  }

  const regularizer = (name: string): tf.Tensor | undefined => {
    if (!classRegularizer || options.reduction === 'none' || scopes[name] === 'perSample') return
    const [slope] = emit([derivative(classRegularizer, name)], { ...environment, ...perClass })
    const each = tf.mul(
      tf.broadcastTo(toTensor(slope as number), [1, classes]),
      tf.div(dy, classes),
    )
    return scopes[name] === 'perClass' ? tf.reshape(each, [classes]) : tf.sum(each)
  }

  return {
    add,
    otherSlopes: reached.map((name) => otherSlopes[names.indexOf(name)] as Expression),
    addRows: (formula, factors) => {
      const own = names.filter((name) => inputsOf(formula).has(name))
      const slopes = emit(
        own.map((name) => derivative(formula, name)),
        environment,
      )
      own.forEach((name, index) => {
        add(name, tf.where(counts, tf.mul(factors, slopes[index] as number), 0))
      })
    },
    ofBlock: (terms) =>
      Object.fromEntries(
        reached.map((name, index) => {
          const term = terms[index] as tf.Tensor
          const scope = scopes[name]
          return [
            name,
            scope === 'perClass'
              ? tf.sum(term, 0)
              : scope === 'perSample'
                ? tf.sum(term, 1)
                : tf.sum(term),
          ]
        }),
      ),
    finish: (blocks) =>
      Object.fromEntries(
        names.map((name) => {
          const parts = blocks.flatMap((block) => block[name] ?? [])
          const joined =
            scopes[name] === 'perClass' && parts.length > 0 ? [tf.concat(parts, 0)] : parts
          const size = sizes[name] as number[]
          const sum = tf.addN([tf.zeros(size), ...(sums[name] ?? []), ...joined])
          const whole =
            subset && scopes[name] === 'perClass'
              ? tf.scatterND(tf.tensor(subset, [columns, 1], 'int32'), sum, [classes])
              : sum
          const extra = regularizer(name)
          return [name, extra ? tf.add(whole, extra) : whole]
        }),
      ),
  }
}
