import type { Loss } from '@arcmargin/core'
import * as core from '@arcmargin/core'
import { type FloatArray, mixPrototypes, unmixGradient } from '@arcmargin/core/head'
import { flatten, type VectorCase } from '../schema.js'
import {
  auxiliary,
  byRawWeights,
  extra,
  extraGradient,
  guarded,
  type Mapping,
  type Task,
  unfloored,
  value,
} from './task.js'

const arcFace: Mapping = (vector) => [
  {
    loss: core.arcFace({
      margin: value(vector, 'm'),
      scale: value(vector, 's'),
      pastPi: vector.params['easy_margin'] ? 'easy' : 'linear',
    }),
  },
]

const combined =
  (pastPi: 'none' | 'mirror'): Mapping =>
  (vector) => [
    {
      loss: core.combined({
        m1: value(vector, 'm1'),
        m2: value(vector, 'm2'),
        m3: value(vector, 'm3'),
        scale: value(vector, 's'),
        pastPi,
      }),
    },
  ]

/** insightface's torch margins: CosFace where m3 > 0, else ArcFace without treatment past π and with its own gradient. */
const insightface = (vector: VectorCase, gradient: 'exact' | 'straightThrough'): Loss => {
  const scale = value(vector, 's')
  return value(vector, 'm3') > 0
    ? core.cosFace({ margin: value(vector, 'm3'), scale })
    : core.arcFace({ margin: value(vector, 'm2'), scale, pastPi: 'none', gradient })
}

/** ArcFace, CosFace, their combination, and the stages around them. */
export const angular: Readonly<Record<string, Mapping>> = {
  arcface: arcFace,
  arcface_easy_margin: arcFace,
  arcface_near_singular: arcFace,
  arcface_am_fallback: (vector) => [
    {
      loss: core.arcFace({
        margin: value(vector, 'm'),
        scale: value(vector, 's'),
        plainMargin: value(vector, 'margin_am'),
        pastPi: 'plain',
      }),
    },
  ],
  arcface_detached_clip: (vector) => [
    {
      loss: guarded(
        vector,
        core.arcFaceClipped({
          margin: value(vector, 'm'),
          scale: value(vector, 's'),
          gradient: 'straightThrough',
        }),
      ),
      ...byRawWeights(vector),
    },
  ],
  edge_exact_collinear: (vector) => [
    {
      ...(arcFace(vector)[0] as Task),
      bound: auxiliary(vector, 'row0_grad_bound')[0] as number,
    },
  ],
  subcenter_arcface: arcFace,
  subcenter_dynamic_margin: (vector) => [
    {
      loss: core.arcFace({ margin: 'perClass', scale: value(vector, 's') }),
      options: { parameters: { margin: extra(vector, 'class_margins') } },
    },
  ],
  combined_margin: combined('none'),
  combined_margin_mirror_fallback: combined('mirror'),
  cosface: (vector) => [
    { loss: core.cosFace({ margin: value(vector, 'm'), scale: value(vector, 's') }) },
  ],
  insightface_arcface_ste: (vector) => [
    { loss: insightface(vector, 'straightThrough'), ...unfloored(vector) },
    {
      loss: insightface(vector, 'exact'),
      ...unfloored(vector),
      gradX: extraGradient(vector, 'grad_x_exact'),
      gradW: extraGradient(vector, 'grad_W_exact'),
    },
  ],
  insightface_cosface: (vector) => [{ loss: insightface(vector, 'exact'), ...unfloored(vector) }],
  interclass_filtering: (vector) => [
    {
      loss: core.filterInterclass(
        insightface(vector, value(vector, 'm3') > 0 ? 'exact' : 'straightThrough'),
        value(vector, 'threshold'),
      ),
      ...unfloored(vector),
    },
  ],
  partial_fc: (vector) => {
    const classSubset = auxiliary(vector, 'weight_index')
    const toGradW = (gradient: Float64Array): Float64Array => {
      const full = new Float64Array(flatten(vector.W).length)
      classSubset.forEach((label, column) => {
        full.set(gradient.subarray(column * vector.D, (column + 1) * vector.D), label * vector.D)
      })
      return full
    }
    const loss = core.cosFace({ margin: value(vector, 'm3'), scale: value(vector, 's') })
    return [{ loss, options: { classSubset }, toGradW, ...unfloored(vector) }]
  },
  vpl: (vector) => {
    const weights = flatten(vector.W)
    const mix = extra(vector, 'use_memory').map((used) => used * value(vector, 'lam'))
    const memory: FloatArray = extra(vector, 'memory_unnormalised')
    return [
      {
        loss: core.cosFace({ margin: value(vector, 'm'), scale: value(vector, 's') }),
        classWeights: mixPrototypes(weights, memory, mix, vector.D),
        toGradW: (gradient) => unmixGradient(gradient, weights, mix, vector.D),
      },
    ]
  },
}
