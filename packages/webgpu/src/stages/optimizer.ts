import { type Design, hyperparameters } from '../head/design.js'
import { accessTo, weightAccess } from '../wgsl/scope.js'
import type { weightProduct } from './backward.js'

/** How the weights follow their gradient; as PyTorch's SGD and AdamW. */
export type Optimizer =
  | {
      readonly type: 'sgd'
      /** Default 0. */
      readonly momentum?: number
      /** Added to the gradient as weightDecay·w. Default 0. */
      readonly weightDecay?: number
    }
  | {
      readonly type: 'adamw'
      /** Default 0.9. */
      readonly beta1?: number
      /** Default 0.999. */
      readonly beta2?: number
      /** Default 1e-8. */
      readonly epsilon?: number
      /** Decoupled: w shrinks by rate·weightDecay. Default 0.01. */
      readonly weightDecay?: number
    }

/** Arrays of the weights' size that the optimiser keeps. */
export const momentCount = (optimizer: Optimizer): number =>
  optimizer.type === 'adamw' ? 2 : optimizer.momentum ? 1 : 0

/** Values of the hyperparameters for one step, by name; `step` counts from 1. */
export const hyperValues = (
  optimizer: Optimizer,
  rate: number,
  step: number,
): Readonly<Record<string, number>> => {
  const values =
    optimizer.type === 'sgd'
      ? { decay: optimizer.weightDecay ?? 0, first: optimizer.momentum ?? 0 }
      : {
          decay: optimizer.weightDecay ?? 0.01,
          first: optimizer.beta1 ?? 0.9,
          second: optimizer.beta2 ?? 0.999,
          epsilon: optimizer.epsilon ?? 1e-8,
          unbias1: 1 - (optimizer.beta1 ?? 0.9) ** step,
          unbias2: 1 - (optimizer.beta2 ?? 0.999) ** step,
        }
  return Object.fromEntries(
    Object.entries({ rate, ...values }).map(([name, value]) => [`optimizer ${name}`, value]),
  )
}

/** The last stage with the optimiser in it: the gradient moves the weights where it is computed and is never stored. */
export const optimizerOutput = (
  design: Design,
  optimizer: Optimizer,
): Parameters<typeof weightProduct>[3] => {
  const names: readonly string[] = hyperparameters
  const { kind, store } = weightAccess(design)
  const hyper = (name: string): string =>
    accessTo(design).slot('hyper', `${names.indexOf(`optimizer ${name}`)}u`)
  const sgd = `
    let push = gradient + ${hyper('decay')} * weight;
    ${momentCount(optimizer) > 0 ? `let moved = ${hyper('first')} * moments1[at] + push;\n    moments1[at] = moved;` : 'let moved = push;'}
    weights[at] = ${store(`weight - ${hyper('rate')} * moved`)};`
  const adamw = `
    let m = ${hyper('first')} * moments1[at] + (1 - ${hyper('first')}) * gradient;
    let s = ${hyper('second')} * moments2[at] + (1 - ${hyper('second')}) * gradient * gradient;
    moments1[at] = m;
    moments2[at] = s;
    let shrunk = weight * (1 - ${hyper('rate')} * ${hyper('decay')});
    weights[at] = ${store(`shrunk - ${hyper('rate')} * (m / ${hyper('unbias1')}) / (sqrt(s / ${hyper('unbias2')}) + ${hyper('epsilon')})`)};`
  return {
    name: 'weight_step',
    bindings: {
      weights: `write ${kind}`,
      ...(momentCount(optimizer) > 0 ? { moments1: 'write vec4' } : {}),
      ...(momentCount(optimizer) > 1 ? { moments2: 'write vec4' } : {}),
    },
    // A batch or weights that are not finite change nothing.
    write: `if (${accessTo(design).slot('hyper', '15u')} == 0) {${optimizer.type === 'sgd' ? sgd : adamw}
    }`,
  }
}
