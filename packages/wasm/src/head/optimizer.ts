import { ParameterError } from '@arcmargin/core'

/** Stochastic gradient descent with momentum, as torch.optim.SGD. */
export interface Sgd {
  readonly type: 'sgd'
  /** Above 0. A step may be given another one. */
  readonly learningRate: number
  /** 0 to 1. Default 0.9. */
  readonly momentum?: number
  /** L2 penalty, added to the gradient; 0 or more. Default 0. */
  readonly weightDecay?: number
}

/** AdamW, Loshchilov and Hutter, arXiv:1711.05101, as torch.optim.AdamW. */
export interface AdamW {
  readonly type: 'adamW'
  /** Above 0. A step may be given another one. */
  readonly learningRate: number
  /** Each 0 to below 1. Default 0.9 and 0.999. */
  readonly beta1?: number
  readonly beta2?: number
  /** Above 0. Default 1e-8. */
  readonly epsilon?: number
  /** Decoupled decay; 0 or more. Default 0.01. */
  readonly weightDecay?: number
}

/** How a head changes its class weights. */
export type Optimizer = Sgd | AdamW

/** An array of [C, K, D] that an optimiser keeps beside the weights, 0 at first. */
export type OptimizerArray = 'momentum' | 'secondMoment'

/** What one step does to every class weight; numbers as the kernels take them. */
export type Update =
  | {
      readonly type: 'sgd'
      readonly rate: number
      readonly momentum: number
      readonly decay: number
    }
  | {
      readonly type: 'adamW'
      readonly keep: number
      readonly rate: number
      readonly beta1: number
      readonly beta2: number
      readonly epsilon: number
      readonly correction: number
    }

/** The arrays that an optimiser keeps. */
export const arraysOf = (optimizer: Optimizer | undefined): readonly OptimizerArray[] => {
  if (!optimizer) return []
  return optimizer.type === 'sgd' ? ['momentum'] : ['momentum', 'secondMoment']
}

const fields = {
  sgd: ['type', 'learningRate', 'momentum', 'weightDecay'],
  adamW: ['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'],
}

const inRange = (argument: string, value: unknown, fine: boolean, allowed: string): void => {
  if (typeof value === 'number' && fine) return
  throw new ParameterError('is out of range', { argument: `optimizer.${argument}`, value, allowed })
}

/** Refuses learning rates that are not numbers above 0. */
export const checkRate = (value: number): void =>
  inRange('learningRate', value, value > 0 && value < Infinity, 'a number above 0')

/** Refuses what is not an optimiser. */
export const checkOptimizer = (optimizer: Optimizer): void => {
  const { type } = optimizer
  if (!Object.hasOwn(fields, type ?? '')) {
    throw new ParameterError('is unknown', {
      argument: 'optimizer.type',
      value: type,
      allowed: Object.keys(fields).join(', '),
    })
  }
  const known = fields[type]
  const odd = Object.keys(optimizer).find((name) => !known.includes(name))
  if (odd !== undefined) {
    throw new ParameterError('is unknown', {
      argument: `optimizer.${odd}`,
      allowed: known.join(', '),
    })
  }
  checkRate(optimizer.learningRate)
  const { weightDecay = 0 } = optimizer
  inRange('weightDecay', weightDecay, weightDecay >= 0 && weightDecay < Infinity, '0 or more')
  if (optimizer.type === 'sgd') {
    const { momentum = 0.9 } = optimizer
    inRange('momentum', momentum, momentum >= 0 && momentum <= 1, '0 to 1')
    return
  }
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimizer
  inRange('beta1', beta1, beta1 >= 0 && beta1 < 1, '0 to below 1')
  inRange('beta2', beta2, beta2 >= 0 && beta2 < 1, '0 to below 1')
  inRange('epsilon', epsilon, epsilon > 0 && epsilon < Infinity, 'a number above 0')
}

/** Numbers of one step, the first of which is 1. */
export const updateOf = (optimizer: Optimizer, step: number, rate: number): Update => {
  if (optimizer.type === 'sgd') {
    const { momentum = 0.9, weightDecay: decay = 0 } = optimizer
    return { type: 'sgd', rate, momentum, decay }
  }
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = optimizer
  return {
    type: 'adamW',
    keep: 1 - rate * weightDecay,
    rate: rate / (1 - beta1 ** step),
    beta1,
    beta2,
    epsilon,
    correction: 1 / Math.sqrt(1 - beta2 ** step),
  }
}
