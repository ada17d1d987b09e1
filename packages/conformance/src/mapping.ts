import type { FloatArray, HeadOptions, Loss } from '@arcmargin/core'
import * as core from '@arcmargin/core'
import { flatten, type VectorCase } from './schema.js'

/** How a case of the vectors is put to a backend, and what of the case is compared. */
export interface Task {
  readonly loss: Loss
  readonly options?: Pick<HeadOptions, 'parameters' | 'state' | 'classSubset'>
  /** Class weights in place of the case's. */
  readonly classWeights?: Float64Array
  /** Expected batch loss, where the case's own is floored. */
  readonly batchLoss?: number
  /** Expected gradient by x, where it is not `grad_x`. */
  readonly gradX?: Float64Array
  /** Expected gradient by W, where it is not `grad_W`. */
  readonly gradW?: Float64Array
  /** From the backend's gradient by the class weights to the case's layout. */
  readonly toGradW?: (gradient: Float64Array) => Float64Array
  /** Expected gradients of loss parameters. */
  readonly gradients?: Readonly<Record<string, Float64Array>>
  /** Expected state after the step. */
  readonly state?: Readonly<Record<string, number>>
  /** What the reference itself rounds to less than float64, as relative errors. */
  readonly rounded?: { readonly losses?: number; readonly parameters?: number }
  /** Gradients have no reference here: they must be finite and row 0's at most this long. */
  readonly bound?: number
}

type Mapping = (vector: VectorCase) => readonly Task[]

const value = (vector: VectorCase, name: string): number => Number(vector.params[name])
const auxiliary = (vector: VectorCase, name: string): Float64Array =>
  flatten(vector.aux?.[name] ?? [])
const extra = (vector: VectorCase, name: string): Float64Array =>
  flatten(vector.extra_inputs?.[name] ?? [])
const extraGradient = (vector: VectorCase, name: string): Float64Array =>
  flatten(vector.extra_grads?.[name] ?? [])

/** insightface floors each row's loss at 69.0776; the gradients are those of the unfloored loss, which is given beside it. */
const unfloored = (vector: VectorCase): { batchLoss: number } => ({
  batchLoss: auxiliary(vector, 'loss_uncapped')[0] as number,
})

/**
 * opensphere normalises W in place, so its grad_W is the one by unit weights and keeps its part along them. Taking that part
 * out and dividing by |W| gives the gradient by W itself.
 */
const byRawWeights = (vector: VectorCase): { gradW: Float64Array } => {
  const weights = flatten(vector.W)
  const gradW = flatten(vector.grad_W ?? [])
  for (let start = 0; start < weights.length; start += vector.D) {
    const w = weights.subarray(start, start + vector.D)
    const g = gradW.subarray(start, start + vector.D)
    const norm = Math.hypot(...w)
    const along = g.reduce((sum, entry, d) => sum + (entry * (w[d] as number)) / norm, 0)
    g.forEach((entry, d) => {
      g[d] = (entry - (along * (w[d] as number)) / norm) / norm
    })
  }
  return { gradW }
}

/** torch's renorm(2, ·, 1e-5) times 1e5: unit rows but for the 1e-7 that it adds to the norm. */
const renormalized = (vector: VectorCase): Float64Array => {
  const weights = flatten(vector.W)
  for (let start = 0; start < weights.length; start += vector.D) {
    const w = weights.subarray(start, start + vector.D)
    const norm = Math.hypot(...w) + 1e-7
    w.forEach((entry, d) => {
      w[d] = entry / norm
    })
  }
  return weights
}

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

const annealed =
  (parameters: Parameters<typeof core.sphereFaceAnnealed>[0]): Mapping =>
  (vector) => [
    {
      loss: core.sphereFaceAnnealed({ margin: value(vector, 'm'), ...parameters }),
      options: { state: { iteration: vector.state_in?.['it'] ?? 0 } },
      state: { iteration: vector.state_out?.['it'] ?? 0 },
    },
  ]

const elastic = {
  arc: core.elasticArcFace,
  arcplus: core.elasticArcFacePlus,
  cos: core.elasticCosFace,
  cosplus: core.elasticCosFacePlus,
} as const

const paperForms = {
  'sv-softmax': core.svSoftmax,
  'mv-arc-fixed': core.mvArcFixed,
  'mv-am-fixed': core.mvAmFixed,
} as const

/** How each file of the vectors reads in this project, by its `loss`. */
export const mappings: Readonly<Record<string, Mapping>> = {
  adacos: (vector) => [
    {
      loss: core.adaCos(),
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
      loss: core.arcFaceClipped({
        margin: value(vector, 'm'),
        scale: value(vector, 's'),
        gradient: 'straightThrough',
      }),
      ...byRawWeights(vector),
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
  circle_class_level: (vector) => [
    { loss: core.circle({ margin: value(vector, 'm'), scale: value(vector, 'gamma') }) },
  ],
  combined_margin: combined('none'),
  combined_margin_mirror_fallback: combined('mirror'),
  cosface: (vector) => [
    { loss: core.cosFace({ margin: value(vector, 'm'), scale: value(vector, 's') }) },
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
  edge_exact_collinear: (vector) => [
    {
      ...(arcFace(vector)[0] as Task),
      bound: auxiliary(vector, 'row0_grad_bound')[0] as number,
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
  lsoftmax: (vector) => [
    { loss: core.lSoftmax({ margin: value(vector, 'm'), scale: value(vector, 's') }) },
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
  normalized_softmax: (vector) => [{ loss: core.normFace({ scale: value(vector, 's') }) }],
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
  p2sgrad: (vector) => [
    {
      // As executed: weights are renormalised in place (to 1/(1 + 1e-7/|w|)) and then taken as unit, their norm left in.
      loss: core.defineLoss({
        ...core.p2sGrad.definition,
        target: 'weightNorm * cosTheta',
        other: 'weightNorm * cosTheta',
      })(),
      classWeights: renormalized(vector),
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
  proxy_anchor: (vector) => [
    { loss: core.proxyAnchor({ margin: value(vector, 'margin'), scale: value(vector, 'alpha') }) },
  ],
  proxy_nca: (vector) => [{ loss: core.proxyNca({ scale: value(vector, 'softmax_scale') }) }],
  proxy_nca_original: (vector) => [
    { loss: core.proxyNcaOriginal({ norm: value(vector, 'scale') }) },
  ],
  soft_triple: (vector) => [
    {
      loss: core.softTriple({
        margin: value(vector, 'margin'),
        scale: value(vector, 'la'),
        temperature: value(vector, 'gamma'),
      }),
    },
  ],
  softmax: () => [{ loss: core.softmax() }],
  sphereface: (vector) => [
    { loss: core.sphereFace({ margin: value(vector, 'm'), scale: value(vector, 's') }) },
  ],
  sphereface2: (vector) => [
    {
      loss: core.sphereFace2({
        alpha: value(vector, 'alpha'),
        scale: value(vector, 'r'),
        margin: value(vector, 'm'),
        power: value(vector, 't'),
        lossWeight: value(vector, 'lw'),
        gradient: 'straightThrough',
      }),
      gradients: { bias: extraGradient(vector, 'grad_bias') },
      ...byRawWeights(vector),
    },
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
      loss: core.sphereFaceR({
        margin: value(vector, 'm'),
        scale: value(vector, 's'),
        gradient: 'straightThrough',
      }),
      ...byRawWeights(vector),
    },
  ],
  subcenter_arcface: arcFace,
  subcenter_dynamic_margin: (vector) => [
    {
      loss: core.arcFace({ margin: 'perClass', scale: value(vector, 's') }),
      options: { parameters: { margin: extra(vector, 'class_margins') } },
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
  uniface: (vector) => [
    {
      loss: core.uniFace({
        margin: value(vector, 'm'),
        scale: value(vector, 's'),
        negativeWeight: value(vector, 'l'),
        ratio: value(vector, 'r'),
      }),
      options: { parameters: { bias: auxiliary(vector, 'bias')[0] as number } },
      gradients: { bias: extraGradient(vector, 'grad_bias') },
      // The bias is a float32 parameter there, and torch's softplus drops e^-z above z = 20.
      rounded: { losses: 1e-8, parameters: 1e-6 },
    },
  ],
  vpl: (vector) => {
    const weights = flatten(vector.W)
    const mix = extra(vector, 'use_memory').map((used) => used * value(vector, 'lam'))
    const memory: FloatArray = extra(vector, 'memory_unnormalised')
    return [
      {
        loss: core.cosFace({ margin: value(vector, 'm'), scale: value(vector, 's') }),
        classWeights: core.mixPrototypes(weights, memory, mix, vector.D),
        toGradW: (gradient) => core.unmixGradient(gradient, weights, mix, vector.D),
      },
    ]
  },
}

/** Files that hold no margin loss for a backend to run, with what becomes of them. */
export const elsewhere: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'center',
    'circle',
    'circle_pooled',
    'contrastive',
    'infonce_clip',
    'lifted_structure',
    'margin_beta',
    'multi_similarity',
    'nca',
    'npairs',
    'ntxent',
    'siglip',
    'supcon',
    'supcon_multiview',
    'triplet_margin',
    'triplet_semihard',
    'tuplet_margin',
  ].map((loss) => [loss, 'a pair loss: this backend has none yet']),
)
