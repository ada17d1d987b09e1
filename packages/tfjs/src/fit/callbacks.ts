import * as tf from '@tensorflow/tfjs-core'
import type { FitOptions } from './options.js'

/** Values by name: `loss`, `acc`, `val_loss`, `val_acc`; of a batch `batch` and `size` too. */
export type Logs = Record<string, number>

type Handler<Arguments extends unknown[]> = (...given: Arguments) => unknown

/** Handlers of what happens in training; each is awaited. `tf.CustomCallbackArgs` fit, and so do instances of `tf.Callback`. */
export interface Callback {
  readonly onTrainBegin?: Handler<[logs?: Logs]>
  readonly onTrainEnd?: Handler<[logs?: Logs]>
  readonly onEpochBegin?: Handler<[epoch: number, logs?: Logs]>
  readonly onEpochEnd?: Handler<[epoch: number, logs?: Logs]>
  readonly onBatchBegin?: Handler<[batch: number, logs?: Logs]>
  readonly onBatchEnd?: Handler<[batch: number, logs?: Logs]>
  readonly onYield?: Handler<[epoch: number, batch: number, logs: Logs]>
  /** Instances of `tf.Callback` are told of the model and of the run. */
  setModel?(model: never): void
  setParams?(parameters: never): void
}

type Moment = 'onTrainBegin' | 'onTrainEnd' | 'onEpochBegin' | 'onEpochEnd' | 'onBatchBegin'

/** Every callback of a run, and the page's turn between batches. */
export interface Callbacks {
  /** Calls the handlers of a moment one after another; each gets logs of its own. */
  call(moment: Moment | 'onBatchEnd', logs: Logs, at?: number): Promise<void>
  /** Lets the page or the event loop have its turn where it is due. */
  breathe(moment: 'batch' | 'epoch', epoch: number, batch: number, logs: Logs): Promise<void>
}

/** How often `auto` yields, in ms, as TensorFlow.js does. */
const autoYield = 125

/** A `tf.Callback` insists on a LayersModel; one that only sets `stopTraining` does as well with any other model. */
const introduce = (callback: Callback, model: object): void => {
  try {
    callback.setModel?.(model as never)
  } catch {
    Object.assign(callback, { model })
  }
}

/** Gets the callbacks of a run ready. */
export const createCallbacks = (
  { callbacks = [], yieldEvery = 'auto' }: Pick<FitOptions, 'callbacks' | 'yieldEvery'>,
  model: object,
  parameters: Readonly<Record<string, unknown>>,
): Callbacks => {
  const list: readonly Callback[] = Array.isArray(callbacks) ? callbacks : [callbacks as Callback]
  for (const callback of list) {
    callback.setParams?.(parameters as never)
    introduce(callback, model)
  }
  const interval = yieldEvery === 'auto' ? autoYield : yieldEvery
  let last = Date.now()
  const isDue = (moment: string): boolean =>
    typeof interval === 'number' && moment === 'batch'
      ? Date.now() - last >= interval
      : interval === moment
  return {
    call: async (moment, logs, at) => {
      for (const callback of list) {
        if (at === undefined) {
          await (callback[moment] as Handler<[Logs]> | undefined)?.call(callback, { ...logs })
        } else {
          const handler = callback[moment] as Handler<[number, Logs]> | undefined
          await handler?.call(callback, at, { ...logs })
        }
      }
    },
    breathe: async (moment, epoch, batch, logs) => {
      if (!isDue(moment)) return
      for (const callback of list) await callback.onYield?.(epoch, batch, { ...logs })
      await tf.nextFrame()
      last = Date.now()
    },
  }
}
