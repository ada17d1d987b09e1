import type { Parameter } from './net/parameter.js'

const beta1 = 0.9
const beta2 = 0.999
const epsilon = 1e-8

/** AdamW over plain arrays. */
export interface Optimizer {
  /** Changes every parameter by its gradient, at this step's learning rate. */
  step(learningRate: number): void
}

/**
 * AdamW (Loshchilov & Hutter, ICLR 2019): Adam with bias correction, and weight decay apart from the gradient.
 * Each step first scales all gradients together so that their common norm is at most `clip`.
 */
export const adamW = (
  parameters: readonly Parameter[],
  { weightDecay, clip }: { readonly weightDecay: number; readonly clip: number },
): Optimizer => {
  const moments = parameters.map(({ value }) => ({
    first: new Float32Array(value.length),
    second: new Float32Array(value.length),
  }))
  let steps = 0
  return {
    step(learningRate) {
      steps++
      const scale = Math.min(1, clip / (gradientNorm(parameters) + 1e-6))
      const correction1 = 1 - beta1 ** steps
      const correction2 = 1 - beta2 ** steps
      for (const [p, { value, gradient }] of parameters.entries()) {
        const { first, second } = moments[p] as (typeof moments)[number]
        for (let i = 0; i < value.length; i++) {
          const g = (gradient[i] as number) * scale
          const m = beta1 * (first[i] as number) + (1 - beta1) * g
          const v = beta2 * (second[i] as number) + (1 - beta2) * g * g
          first[i] = m
          second[i] = v
          const direction = m / correction1 / (Math.sqrt(v / correction2) + epsilon)
          value[i] =
            (value[i] as number) * (1 - learningRate * weightDecay) - learningRate * direction
        }
      }
    },
  }
}

/** The norm of all gradients taken as one long vector. */
export const gradientNorm = (parameters: readonly Parameter[]): number => {
  let sum = 0
  for (const { gradient } of parameters) {
    for (let i = 0; i < gradient.length; i++) sum += (gradient[i] as number) ** 2
  }
  return Math.sqrt(sum)
}
