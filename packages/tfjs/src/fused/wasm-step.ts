import { ArcmarginError } from '@arcmargin/core'
import { normal } from '@arcmargin/core/backend'
import { type HeadBatch, type HeadOptions, type HeadResult, marginLoss } from '@arcmargin/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { knownParameters, type Plan } from '../head/plan.js'
import type { HostAttributes } from './host-kernel.js'
import type { HostMemory } from './host-memory.js'

type Inputs = Readonly<Record<string, tf.TensorInfo>>

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor

const named = (inputs: Inputs, name: string): tf.TensorInfo => inputs[name] as tf.TensorInfo

/** Classes of the rows: a plan has columns of a subset. */
const labelsOf = ({ labels, subset }: Plan, { view }: HostMemory): ArrayLike<number> => {
  if (isTensor(labels)) return view(labels)
  return subset
    ? labels.map((column) => (column < 0 ? column : (subset[column] as number)))
    : labels
}

/** The numbers that a step will take from `random`, taken at once: it may run ops, which move what lies in the backend's memory. */
const drawAhead = ({ resolved, options, rows }: Plan): (() => number) | undefined => {
  const { random, training = true, parameters = {} } = options
  if (!random || !training) return undefined
  const taken: number[] = []
  const take = (): number => {
    const uniform = random()
    taken.push(uniform)
    return uniform
  }
  const drawn = Object.keys(resolved.draws).filter((name) => parameters[name] === undefined)
  for (let draw = 0; draw < drawn.length * rows; draw++) normal(take)
  let next = 0
  return () => taken[next++] as number
}

/** The options as `@arcmargin/wasm` takes them, with numbers in the place of tensors. */
const optionsOf = (
  plan: Plan,
  inputs: Inputs,
  { view }: HostMemory,
  random: (() => number) | undefined,
): HeadOptions => {
  const { learned, scopes, subset } = plan
  const { reduction, sampleWeights, training, cosineBudget } = plan.options
  const parameters = learned.map((name) => {
    const values = view(named(inputs, `parameter ${name}`))
    return [name, scopes[name] === 'scalar' ? values[0] : values]
  })
  const state = Object.entries(plan.state).map(([name, value]) => [
    name,
    isTensor(value) ? view(value)[0] : value,
  ])
  return {
    parameters: { ...knownParameters(plan), ...Object.fromEntries(parameters) },
    state: Object.fromEntries(state),
    ...(reduction ? { reduction } : {}),
    ...(sampleWeights
      ? { sampleWeights: isTensor(sampleWeights) ? view(sampleWeights) : sampleWeights }
      : {}),
    ...(training === undefined ? {} : { training }),
    ...(random ? { random } : {}),
    ...(subset ? { classSubset: subset } : {}),
    ...(cosineBudget === undefined ? {} : { cosineBudget }),
  }
}

/** The rows of a subset at their places among zeros. */
const spread = (rows: ArrayLike<number>, subset: Int32Array, out: Float32Array): void => {
  const size = rows.length / subset.length
  out.fill(0)
  subset.forEach((label, column) => {
    for (let at = 0; at < size; at++) out[label * size + at] = rows[column * size + at] as number
  })
}

/** The op's value: with reduction `none` by rows, each with its weight. */
const valuesOf = (
  { options: { reduction } }: Plan,
  { loss, losses }: HeadResult,
  weights: ArrayLike<number> | undefined,
): ArrayLike<number> =>
  reduction === 'none' ? losses.map((value, row) => value * (weights?.[row] ?? 1)) : [loss]

/**
 * A step of `@arcmargin/wasm` on tensors in place. The gradients are written to where they stay.
 *
 * @returns what {@link HostAttributes} asks for, or nothing where core refuses a number in a tensor.
 */
export const wasmStep = (
  memory: HostMemory,
  inputs: Inputs,
  { plan, backward }: HostAttributes,
): tf.TensorInfo[] => {
  const { learned, subset, rows, dimension, subCenters } = plan
  const { labels, state, options } = plan
  const random = drawAhead(plan)
  const x = named(inputs, 'embeddings')
  const w = named(inputs, 'classWeights')
  const given = [labels, options.sampleWeights, ...Object.values(state)].filter(isTensor)
  for (const tensor of [...Object.values(inputs), ...given]) memory.bring(tensor)
  const value = memory.make(options.reduction === 'none' ? [rows] : [])
  const after = Object.keys(plan.resolved.state).map((name) => ({ name, to: memory.make([]) }))
  const by = backward
    ? [x, w, ...learned.map((name) => named(inputs, `parameter ${name}`))].map(({ shape }) =>
        memory.make(shape),
      )
    : []
  const outputs = [value, ...after.map(({ to }) => to), ...by]
  const [dx, dw, ...others] = by.map(memory.view)
  const batch: HeadBatch = {
    embeddings: memory.view(x),
    classWeights: memory.view(w),
    labels: labelsOf(plan, memory),
    dimension,
    subCenters,
  }
  const settings = optionsOf(plan, inputs, memory, random)
  const gradients = dx &&
    dw && { embeddings: dx, classWeights: subset ? true : dw, parameters: learned }
  let found: HeadResult
  try {
    found = marginLoss(plan.loss, batch, { ...settings, ...(gradients ? { gradients } : {}) })
  } catch (error) {
    outputs.forEach(memory.drop)
    if (error instanceof ArcmarginError) return []
    throw error
  }
  memory.view(value).set(valuesOf(plan, found, settings.sampleWeights))
  for (const { name, to } of after) memory.view(to)[0] = found.state[name] as number
  if (dw && subset) spread(found.gradients.classWeights as Float32Array, subset, dw)
  others.forEach((out, index) => {
    const gradient = found.gradients.parameters[learned[index] as string]
    out.set(typeof gradient === 'number' ? [gradient] : (gradient as Float64Array))
  })
  return outputs
}
