import * as core from '@arcmargin/core'
import { flatten, type VectorCase } from '../schema.js'
import { auxiliary, extraGradient, type Mapping, value } from './task.js'

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

/** Proxies, and losses that are no softmax. */
export const proxies: Readonly<Record<string, Mapping>> = {
  circle_class_level: (vector) => [
    { loss: core.circle({ margin: value(vector, 'm'), scale: value(vector, 'gamma') }) },
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
}
