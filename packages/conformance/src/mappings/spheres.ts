import * as core from '@arcmargin/core'
import { flatten } from '../schema.js'
import {
  auxiliary,
  byRawWeights,
  extraGradient,
  guarded,
  type Mapping,
  type Task,
  value,
} from './task.js'

const annealed =
  (parameters: Parameters<typeof core.sphereFaceAnnealed>[0]): Mapping =>
  (vector) => [
    {
      loss: core.sphereFaceAnnealed({ margin: value(vector, 'm'), ...parameters }),
      options: { state: { iteration: vector.state_in?.['it'] ?? 0 } },
      state: { iteration: vector.state_out?.['it'] ?? 0 },
    },
  ]

/** From softmax to the SphereFace line. */
export const spheres: Readonly<Record<string, Mapping>> = {
  softmax: () => [{ loss: core.softmax() }],
  normalized_softmax: (vector) => [{ loss: core.normFace({ scale: value(vector, 's') }) }],
  lsoftmax: (vector) => [
    { loss: core.lSoftmax({ margin: value(vector, 'm'), scale: value(vector, 's') }) },
  ],
  sphereface: (vector) => [
    { loss: core.sphereFace({ margin: value(vector, 'm'), scale: value(vector, 's') }) },
  ],
  sphereface_annealed: (vector) =>
    annealed({
      base: value(vector, 'lambda_max'),
      decay: value(vector, 'decay'),
      minimum: value(vector, 'lambda_min'),
    })(vector),
  sphereface_annealed_caffe_schedule: (vector) =>
    annealed({
      base: value(vector, 'base'),
      decay: value(vector, 'gamma'),
      power: value(vector, 'power'),
      minimum: value(vector, 'lambda_min'),
    })(vector),
  sphereface_r_detached: (vector) => [
    {
      loss: guarded(
        vector,
        core.sphereFaceR({
          margin: value(vector, 'm'),
          scale: value(vector, 's'),
          gradient: 'straightThrough',
        }),
      ),
      ...byRawWeights(vector),
    },
  ],
  sphereface2: (vector) => {
    const alpha = value(vector, 'alpha')
    const task: Task = {
      loss: core.sphereFace2({
        alpha,
        scale: value(vector, 'r'),
        margin: value(vector, 'm'),
        power: value(vector, 't'),
        lossWeight: value(vector, 'lw'),
        gradient: 'straightThrough',
      }),
      gradients: { bias: extraGradient(vector, 'grad_bias') },
      ...byRawWeights(vector),
    }
    const [bias] = auxiliary(vector, 'bias')
    const given = { ...task, ...(bias === undefined ? {} : { options: { parameters: { bias } } }) }
    // From few classes on, the terms of the reference's closed form cancel: our default has the digits that it loses.
    const exact = alpha < 0.9 * (1 - alpha) * (flatten(vector.W).length / vector.D - 1)
    return exact ? [given, task] : [given]
  },
}
