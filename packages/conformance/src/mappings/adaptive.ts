import * as core from '@arcmargin/core'
import { auxiliary, extra, extraGradient, type Mapping, value } from './task.js'

const elastic = {
  arc: core.elasticArcFace,
  arcplus: core.elasticArcFacePlus,
  cos: core.elasticCosFace,
  cosplus: core.elasticCosFacePlus,
} as const

const paperForms = {
  'sv-softmax': core.svSoftmax,
  'mv-arc-adaptive': core.mvArc,
  'mv-arc-fixed': core.mvArcFixed,
  'mv-am-adaptive': core.mvAm,
  'mv-am-fixed': core.mvAmFixed,
} as const

/** The reference's scale, which may fall to 0 and below; ours is held above. Where it does, the case is put as executed. */
const heldAdaCos = core.adaCos()
const freeAdaCos = core.defineLoss({
  ...heldAdaCos.definition,
  state: {
    scale: { initial: 'minimumScale', next: 'log(meanSum) / cos(min(pi / 4, medianAngle))' },
  },
})

/** Losses whose margins follow the data: batch, state, tables, draws. */
export const adaptive: Readonly<Record<string, Mapping>> = {
  adacos: (vector) => [
    {
      loss:
        (vector.state_out?.['s'] ?? 0) < Number(heldAdaCos.parameters['minimumScale'])
          ? freeAdaCos()
          : heldAdaCos,
      options: { state: { scale: vector.state_in?.['s'] ?? 0 } },
      state: { scale: vector.state_out?.['s'] ?? 0 },
    },
  ],
  adaface: (vector) => [
    {
      loss: core.adaFace({
        scale: value(vector, 's'),
        margin: value(vector, 'm'),
        h: value(vector, 'h'),
        momentum: value(vector, 't_alpha'),
        edge: Math.acos(1 - value(vector, 'eps')),
        eps: value(vector, 'eps'),
      }),
      options: {
        state: {
          mean: vector.state_in?.['batch_mean'] ?? 0,
          std: vector.state_in?.['batch_std'] ?? 0,
        },
      },
      state: {
        mean: vector.state_out?.['batch_mean'] ?? 0,
        std: vector.state_out?.['batch_std'] ?? 0,
      },
    },
  ],
  adaptiveface: (vector) => [
    {
      loss: core.adaptiveFace({ scale: value(vector, 's'), lambda: value(vector, 'lam') }),
      options: { parameters: { margin: extra(vector, 'class_margins') } },
      gradients: { margin: extraGradient(vector, 'grad_margins') },
    },
  ],
  arcnegface: (vector) => [
    {
      loss: core.arcNegFace({
        margin: value(vector, 'm'),
        scale: value(vector, 's'),
        alpha: value(vector, 'alpha'),
        sigma: value(vector, 'sigma'),
      }),
    },
  ],
  curricularface: (vector) => [
    {
      loss: core.curricularFace({
        margin: value(vector, 'm'),
        scale: value(vector, 's'),
        momentum: value(vector, 'ema'),
      }),
      options: { state: { t: vector.state_in?.['t'] ?? 0 } },
      state: { t: vector.state_out?.['t'] ?? 0 },
    },
  ],
  elasticface: (vector) => [
    {
      loss: elastic[vector.params['kind'] as keyof typeof elastic]({
        margin: value(vector, 'm'),
        std: value(vector, 'std'),
        scale: value(vector, 's'),
      }),
      options: { parameters: { drawnMargin: auxiliary(vector, 'applied_margins') } },
    },
  ],
  kappaface_margin: (vector) => [
    {
      loss: core.kappaFace({ margin: value(vector, 'm0'), scale: value(vector, 's') }),
      options: { parameters: { weight: extra(vector, 'class_weights') } },
    },
  ],
  ldam: (vector) => [
    {
      loss: core.ldam({ scale: value(vector, 's') }),
      options: {
        parameters: {
          margin: core.ldamMargins(extra(vector, 'class_counts'), value(vector, 'max_m')),
        },
      },
    },
  ],
  magface: (vector) => [
    {
      loss: core.magFace({
        lowerNorm: value(vector, 'l_a'),
        upperNorm: value(vector, 'u_a'),
        lowerMargin: value(vector, 'l_margin'),
        upperMargin: value(vector, 'u_margin'),
        scale: value(vector, 's'),
        lambda: value(vector, 'lambda_g'),
        pastPi: vector.params['easy_margin'] ? 'easy' : 'linear',
      }),
    },
  ],
  mv_softmax: (vector) => [
    {
      loss: (vector.params['is_am'] ? core.mvAmFaceXZoo : core.mvArcFaceXZoo)({
        margin: value(vector, 'm'),
        t: value(vector, 't'),
        scale: value(vector, 's'),
      }),
    },
  ],
  npcface: (vector) => [
    {
      loss: core.npcFace({
        margin: value(vector, 'margin'),
        scale: value(vector, 's'),
        m0: value(vector, 'm0'),
        m1: value(vector, 'm1'),
        t: value(vector, 't'),
        a: value(vector, 'a'),
      }),
    },
  ],
  sv_mv_paper_forms: (vector) => {
    const mode = vector.params['mode'] as keyof typeof paperForms
    const rest = { t: value(vector, 't'), scale: value(vector, 's') }
    return [
      {
        loss:
          mode === 'sv-softmax'
            ? core.svSoftmax(rest)
            : paperForms[mode]({ margin: value(vector, 'm'), ...rest }),
      },
    ]
  },
}
