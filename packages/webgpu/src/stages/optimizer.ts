import { type Design, hyperparameters, refusalRow } from '../head/design.js'
import { accessTo, weightAccess } from '../wgsl/scope.js'
import type { WeightOutput } from './weight.js'

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
export const optimizerOutput = (design: Design, optimizer: Optimizer): WeightOutput => {
  const { slot } = accessTo(design)
  const { runs, narrow } = weightAccess(design)
  const moments = momentCount(optimizer)
  const used = hyperValues(optimizer, 0, 1)
  const hyper = (name: string): string => `optimizer_${name}`
  const sgd = (c: number): string => `
        let push = gradient + ${hyper('decay')} * weight;
        ${moments > 0 ? `let moved = ${hyper('first')} * (*first_moment)[${c}] + push;\n        (*first_moment)[${c}] = moved;` : 'let moved = push;'}
        let next = weight - ${hyper('rate')} * moved;`
  const adamw = (c: number): string => `
        let m = ${hyper('first')} * (*first_moment)[${c}] + (1 - ${hyper('first')}) * gradient;
        let s = ${hyper('second')} * (*second_moment)[${c}] + (1 - ${hyper('second')}) * gradient * gradient;
        (*first_moment)[${c}] = m;
        (*second_moment)[${c}] = s;
        let shrunk = weight * (1 - ${hyper('rate')} * ${hyper('decay')});
        let next = shrunk - ${hyper('rate')} * (m / ${hyper('unbias1')}) / (sqrt(s / ${hyper('unbias2')}) + ${hyper('epsilon')});`
  return {
    name: 'weight_step',
    bindings: (width) => ({
      rows: 'read f32',
      weights: `write ${runs(width)}`,
      ...(moments > 0 ? { moments1: `write vec4[${width}]` as const } : {}),
      ...(moments > 1 ? { moments2: `write vec4[${width}]` as const } : {}),
    }),
    prepare: [
      ...hyperparameters.flatMap((name, index) =>
        name in used ? [`let ${name.replace(' ', '_')} = ${slot('hyper', `${index}u`)};`] : [],
      ),
      // A batch or weights that are not finite change nothing.
      `if (${slot('hyper', refusalRow)} != 0) { return; }`,
    ].join('\n  '),
    open: [
      ...(moments > 0 ? ['let first_moment = &moments1[at];'] : []),
      ...(moments > 1 ? ['let second_moment = &moments2[at];'] : []),
    ].join(' '),
    write: (c) => `${optimizer.type === 'sgd' ? sgd(c) : adamw(c)}
        (*run)[${c}] = ${narrow('next')};`,
  }
}
