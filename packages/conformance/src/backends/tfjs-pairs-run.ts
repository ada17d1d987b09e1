import { pairLoss } from '@arcmargin/tfjs/pairs'
import * as tf from '@tensorflow/tfjs-core'
import type { PairAnswer, PairRequest } from '../backend.js'
import { read, tensor } from './tfjs-run.js'

/** Float32 samples in, the op and its gradients, numbers out. It never lists terms. */
export const runPairsOn =
  (ready: () => Promise<unknown>) =>
  async ({ loss, batch, parameterGradients }: PairRequest): Promise<PairAnswer> => {
    await ready()
    const { dimension, views = 1, labels, others, embeddings, ...chosen } = batch
    const samples = embeddings.length / dimension / views
    const shape = views === 1 ? [samples, dimension] : [samples, views, dimension]
    const second = others?.embeddings
    const inputs = [
      tensor(embeddings, shape),
      ...(second ? [tensor(second, [second.length / dimension, dimension])] : []),
      ...parameterGradients.map((parameter) => tf.scalar(loss.parameters[parameter] as number)),
    ]
    const from = inputs.length - parameterGradients.length
    const { value, grads } = tf.valueAndGrads((...given) =>
      pairLoss(loss, given[0] as tf.Tensor, labels, {
        ...chosen,
        ...(others ? { others: { ...others, embeddings: given[1] as tf.Tensor } } : {}),
        parameters: Object.fromEntries(
          parameterGradients.map((parameter, at) => [parameter, given[from + at] as tf.Tensor]),
        ),
        // Several blocks, the last one not full.
        blockSize: Math.max(1, Math.ceil((samples * views) / 3)),
      }),
    )(inputs)
    const [total, x = [], ...found] = await read([value, ...grads])
    tf.dispose([inputs, value, grads])
    return {
      loss: total?.[0] as number,
      embeddings: x,
      others: (second && found[0]) || [],
      parameters: Object.fromEntries(
        parameterGradients.map((parameter, at) => [
          parameter,
          found[from - 1 + at] as ArrayLike<number>,
        ]),
      ),
    }
  }
