import { ParameterError } from '@arcmargin/core'
import { positiveInteger } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { isOnGpu } from '../gpu.js'
import type { MarginHead } from '../margin-head/margin-head.js'
import { type BackboneModel, backboneOf } from './backbone.js'
import { type Callbacks, createCallbacks, type Logs } from './callbacks.js'
import { openData, type Sources } from './data.js'
import type { FitData, FitHistory, FitOptions, Settings } from './options.js'
import { type Measured, meanOf, measure, trainOnBatch } from './step.js'

/** What handlers set to end training. */
interface Stoppable {
  stopTraining?: boolean
}

/** `stopTraining` of its own for the time of a run: a model that was not compiled refuses it, and a GraphModel has none. */
const makeStoppable = (model: object): void => {
  Object.defineProperty(model, 'stopTraining', { value: false, writable: true, configurable: true })
}

const isStopped = (model: object): boolean => (model as Stoppable).stopTraining === true

const known: ReadonlySet<string> = new Set<keyof FitOptions>([
  'epochs',
  'initialEpoch',
  'batchSize',
  'shuffle',
  'batchesPerEpoch',
  'callbacks',
  'validationData',
  'validationSplit',
  'validationBatchSize',
  'optimizer',
  'metrics',
  'yieldEvery',
  'random',
  'sync',
  'signal',
])

const training = new WeakSet<object>()

const refuse = (problem: string, argument: string, value: unknown, allowed: string): never => {
  throw new ParameterError(problem, { argument, value, allowed })
}

/** Checks what can be seen before any data are read. */
const readSettings = (
  model: BackboneModel,
  head: MarginHead,
  options: FitOptions,
): Omit<Settings, 'optimizer'> => {
  const odd = Object.keys(options).find((name) => !known.has(name))
  if (odd) refuse('is not an option', odd, undefined, [...known].join(', '))
  const { initialEpoch = 0, metrics = [] } = options
  const epochs = positiveInteger('epochs', options.epochs ?? 1)
  if (!(Number.isInteger(initialEpoch) && initialEpoch >= 0 && initialEpoch < epochs)) {
    refuse('is out of range', 'initialEpoch', initialEpoch, `0 to ${epochs - 1}`)
  }
  const metric = metrics.find((name) => name !== 'accuracy')
  if (metric) refuse('is unknown', 'metrics', metric, 'accuracy')
  if (training.has(model) || training.has(head)) {
    refuse('is being trained already', 'model', undefined, 'one training at a time')
  }
  return {
    ...options,
    epochs,
    initialEpoch,
    batchSize: options.batchSize ?? 32,
    random: options.random ?? Math.random,
    backbone: backboneOf(model, head.dimension),
    accuracy: metrics.includes('accuracy'),
  }
}

/** The batches of one epoch; ends early where training is to stop. */
const trainEpoch = async (
  epoch: number,
  { model, head, settings, sources, callbacks }: Run,
): Promise<Logs> => {
  const measured: Measured[] = []
  let batch = 0
  for await (const part of sources.training.epoch()) {
    try {
      settings.signal?.throwIfAborted()
      const logs: Logs = { batch, size: part.labels.length }
      await callbacks.call('onBatchBegin', logs, batch)
      const result = await trainOnBatch(head, settings, part)
      measured.push(result)
      const { counted: _, ...values } = result
      await callbacks.call('onBatchEnd', { ...logs, ...values }, batch)
      await callbacks.breathe('batch', epoch, batch, { ...logs, ...values })
    } finally {
      part.inputs.dispose()
    }
    batch++
    if (isStopped(model)) break
  }
  if (batch === 0) refuse('yields no batch', 'data', undefined, 'at least one')
  return meanOf(measured)
}

/** Everything that one training needs. */
interface Run {
  readonly model: BackboneModel
  readonly head: MarginHead
  readonly settings: Settings
  readonly sources: Sources
  readonly callbacks: Callbacks
}

const trainEpochs = async (run: Run): Promise<FitHistory> => {
  const { model, head, settings, sources, callbacks } = run
  const { epochs, initialEpoch, sync = isOnGpu() } = settings
  const result: FitHistory = { epoch: [], history: {} }
  await callbacks.call('onTrainBegin', {})
  for (let epoch = initialEpoch; epoch < epochs; epoch++) {
    await callbacks.call('onEpochBegin', {}, epoch)
    const logs = await trainEpoch(epoch, run)
    if (sources.validation && !isStopped(model)) {
      const measured = await measure(head, settings, sources.validation)
      for (const [name, value] of Object.entries(measured)) logs[`val_${name}`] = value
    }
    if (sync) await head.sync()
    result.epoch.push(epoch)
    for (const [name, value] of Object.entries(logs)) {
      const values = result.history[name] ?? []
      result.history[name] = values
      values.push(value)
    }
    await callbacks.call('onEpochEnd', logs, epoch)
    await callbacks.breathe('epoch', epoch, 0, logs)
    if (isStopped(model)) break
  }
  await callbacks.call('onTrainEnd', {})
  return result
}

/**
 * Trains a backbone and a margin head together, as `model.fit` trains a model: the same logs, callbacks, history and
 * `model.stopTraining`. The weights of a `tf.GraphModel` are constants: its head alone is trained.
 *
 * @param model a `tf.LayersModel` or `tf.GraphModel` whose one output is embeddings [N, D].
 * @param head the head, of the same dimension.
 * @param data a `tf.data` data set of batches `{ xs, ys }`, or `{ xs, ys }` with all samples; `ys` are classes (-1: ignored) or one-hot.
 * @param options see {@link FitOptions}.
 * @returns the values of each epoch.
 * @throws ParameterError, ShapeError, LabelError before a batch is trained on; NonFiniteError where the loss is not finite, before any
 *   weight moves; MissingGradientsError; ContextLostError; the signal's reason.
 */
export const fitWithMargin = async (
  model: BackboneModel,
  head: MarginHead,
  data: FitData,
  options: FitOptions = {},
): Promise<FitHistory> => {
  const checked = readSettings(model, head, options)
  options.signal?.throwIfAborted()
  const own =
    options.optimizer || checked.backbone.optimizer ? undefined : (tf.train.adam() as tf.Optimizer)
  const optimizer = (options.optimizer ?? checked.backbone.optimizer ?? own) as tf.Optimizer
  const settings = { ...checked, optimizer }
  let sources: Sources | undefined
  training.add(model).add(head)
  makeStoppable(model)
  try {
    sources = await openData(data, head.classes, settings)
    const metrics = ['loss', ...(settings.accuracy ? ['acc'] : [])]
    const callbacks = createCallbacks(options, model, {
      epochs: settings.epochs,
      initialEpoch: settings.initialEpoch,
      samples: null,
      steps: sources.training.size ?? null,
      batchSize: settings.batchSize,
      verbose: 0,
      doValidation: sources.validation !== undefined,
      metrics: sources.validation ? [...metrics, ...metrics.map((name) => `val_${name}`)] : metrics,
    })
    return await trainEpochs({ model, head, settings, sources, callbacks })
  } finally {
    Reflect.deleteProperty(model, 'stopTraining')
    training.delete(model)
    training.delete(head)
    sources?.dispose()
    own?.dispose()
  }
}
