import { lossFromJson, ParameterError } from '@arcmargin/core'
import type { FloatArray } from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs-core'
import type { MarginHeadOptions } from './options.js'
import { toTensor } from './variables.js'

/** Names the format, and its version. */
const format = 'arcmargin-head/1'

/** What a head is, apart from its numbers. */
type Topology = Pick<
  MarginHeadOptions,
  'loss' | 'classes' | 'dimension' | 'subCenters' | 'trainableParameters'
>

/** A head in plain numbers. */
export interface HeadNumbers {
  readonly weights: FloatArray
  readonly parameters: Readonly<Record<string, number | FloatArray>>
  readonly state: Readonly<Record<string, number>>
}

const named = (
  prefix: string,
  values: Readonly<Record<string, number | FloatArray>>,
): { name: string; tensor: tf.Tensor }[] =>
  Object.entries(values).map(([name, value]) => ({
    name: `${prefix}/${name}`,
    tensor: typeof value === 'number' ? tf.scalar(value) : toTensor(value, [value.length]),
  }))

/** A head as TensorFlow.js's handlers store it: the loss as data beside the class weights, parameters and state. */
export const toArtifacts = async (
  topology: Topology,
  { weights, parameters, state }: HeadNumbers,
): Promise<tf.io.ModelArtifacts> => {
  const { classes, subCenters = 1, dimension } = topology
  const tensors = [
    { name: 'classWeights', tensor: toTensor(weights, [classes, subCenters, dimension]) },
    ...named('parameters', parameters),
    ...named('state', state),
  ]
  try {
    const { data, specs } = await tf.io.encodeWeights(tensors)
    return {
      format,
      generatedBy: '@arcmargin/tfjs',
      modelTopology: { className: 'MarginHead', config: topology },
      weightData: data,
      weightSpecs: specs,
    }
  } finally {
    tf.dispose(tensors.map(({ tensor }) => tensor))
  }
}

const refuse = (problem: string, value: unknown): never => {
  const allowed = 'what MarginHead.save wrote'
  throw new ParameterError(problem, { argument: 'artifacts', value, allowed })
}

const readTopology = ({ modelTopology }: tf.io.ModelArtifacts): Topology => {
  const { className, config } = (modelTopology ?? {}) as { className?: unknown; config?: Topology }
  if (className !== 'MarginHead' || !config) return refuse('are not of a head', className)
  return { ...config, loss: lossFromJson(JSON.stringify(config.loss)) }
}

/** The options of a head that gives the stored one. */
export const fromArtifacts = async (
  artifacts: tf.io.ModelArtifacts,
): Promise<MarginHeadOptions> => {
  const topology = readTopology(artifacts)
  const { weightData, weightSpecs } = artifacts
  if (!weightData || !weightSpecs) return refuse('have no weights', undefined)
  const tensors = tf.io.decodeWeights(weightData, weightSpecs)
  try {
    const values: Record<string, Record<string, number | Float32Array>> = {}
    let weights: Float32Array | undefined
    for (const [path, tensor] of Object.entries(tensors)) {
      const found = (await tensor.data()) as Float32Array
      const [kind = '', name] = path.split('/')
      if (name === undefined) weights = found
      else values[kind] = { ...values[kind], [name]: tensor.rank ? found : (found[0] as number) }
    }
    if (!weights) return refuse('have no class weights', Object.keys(tensors).join(', '))
    const { parameters = {}, state = {} } = values
    return { ...topology, weights, parameters, state: state as Record<string, number> }
  } finally {
    tf.dispose(tensors)
  }
}

/** A handler that can do what is asked of it. */
type Able<Action extends 'save' | 'load'> = Required<Pick<tf.io.IOHandler, Action>>

/** The one handler for a URL such as `localstorage://head`, or the handler itself. */
export const handlerFor = <Action extends 'save' | 'load'>(
  target: string | tf.io.IOHandler,
  action: Action,
): Able<Action> => {
  const find = action === 'save' ? tf.io.getSaveHandlers : tf.io.getLoadHandlers
  const handlers = typeof target === 'string' ? find(target) : [target]
  const [handler] = handlers
  if (handlers.length === 1 && handler?.[action]) return handler as Able<Action>
  throw new ParameterError(`has ${handlers.length || 'no'} handlers that ${action}`, {
    argument: typeof target === 'string' ? 'url' : 'handler',
    value: typeof target === 'string' ? target : undefined,
    allowed: `an IOHandler with ${action}(), or a URL that TensorFlow.js knows here: localstorage://, indexeddb://, downloads://, file://, http://`,
  })
}
