import { ParameterError } from '@arcmargin/core'
import { expm1 } from '../emit/accurate.js'
import type { Ops } from '../graph/ops.js'
import type { Value } from '../graph/value.js'
import type { AdamOptimizer, Optimizer, SgdOptimizer } from './options.js'

/** How one tensor is updated. */
export interface UpdateRule {
  /** What is kept of each trained tensor from step to step, by name. */
  readonly slots: readonly string[]
  /** The tensor and its slots after the step. */
  update(
    value: Value,
    gradient: Value,
    slots: readonly Value[],
    decays: boolean,
  ): { readonly value: Value; readonly slots: readonly Value[] }
}

const check = (name: string, value: number, below: number, allowed: string): void => {
  if (value >= 0 && value < below) return
  throw new ParameterError('is out of range', { argument: `optimizer.${name}`, value, allowed })
}

/** Whether the optimiser counts its steps. */
export const countsSteps = ({ kind }: Optimizer): boolean => kind !== 'sgd'

/**
 * The update rule of an optimiser, as PyTorch's of the same name.
 *
 * @param rate the learning rate, a scalar.
 * @param count the number of this step, from 1; a scalar.
 * @throws ParameterError naming the setting.
 */
export const updateRule = (o: Ops, optimizer: Optimizer, rate: Value, count: Value): UpdateRule => {
  if (optimizer.kind === 'sgd') return sgd(o, optimizer, rate)
  if (optimizer.kind === 'adam' || optimizer.kind === 'adamw')
    return adam(o, optimizer, rate, count)
  throw new ParameterError('is unknown', {
    argument: 'optimizer.kind',
    value: (optimizer as { kind: unknown }).kind,
    allowed: 'sgd, adam, adamw',
  })
}

const sgd = (o: Ops, optimizer: SgdOptimizer, rate: Value): UpdateRule => {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = optimizer
  check('momentum', momentum, 1, '0 to below 1')
  check('weightDecay', weightDecay, Number.POSITIVE_INFINITY, 'a finite number, at least 0')
  if (nesterov && momentum === 0) {
    throw new ParameterError('needs momentum', {
      argument: 'optimizer.nesterov',
      allowed: 'momentum above 0',
    })
  }
  return {
    slots: momentum > 0 ? ['momentum'] : [],
    update: (value, gradient, [velocity], decays) => {
      const whole =
        decays && weightDecay > 0 ? o.add(gradient, o.mul(value, weightDecay)) : gradient
      if (!velocity) return { value: o.sub(value, o.mul(whole, rate)), slots: [] }
      const next = o.add(o.mul(velocity, momentum), whole)
      const way = nesterov ? o.add(whole, o.mul(next, momentum)) : next
      return { value: o.sub(value, o.mul(way, rate)), slots: [next] }
    },
  }
}

const adam = (o: Ops, optimizer: AdamOptimizer, rate: Value, count: Value): UpdateRule => {
  const { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimizer
  const { weightDecay = kind === 'adamw' ? 0.01 : 0 } = optimizer
  check('beta1', beta1, 1, '0 to below 1')
  check('beta2', beta2, 1, '0 to below 1')
  check('epsilon', epsilon, Number.POSITIVE_INFINITY, 'a finite number, at least 0')
  check('weightDecay', weightDecay, Number.POSITIVE_INFINITY, 'a finite number, at least 0')
  /** 1 - β^t without the cancellation of a float32 power of a β near 1. */
  const correction = (beta: number): Value =>
    beta === 0 ? o.value(1) : o.unary('Neg', expm1(o, o.mul(count, Math.log(beta))))
  return {
    slots: ['firstMoment', 'secondMoment'],
    update: (value, gradient, slots, decays) => {
      const [first, second] = slots as [Value, Value]
      const decay = decays ? weightDecay : 0
      const whole = kind === 'adam' && decay > 0 ? o.add(gradient, o.mul(value, decay)) : gradient
      const kept =
        kind === 'adamw' && decay > 0 ? o.mul(value, o.sub(1, o.mul(rate, decay))) : value
      const mean = o.add(o.mul(first, beta1), o.mul(whole, 1 - beta1))
      const square = o.add(o.mul(second, beta2), o.mul(o.mul(whole, whole), 1 - beta2))
      const spread = o.div(o.unary('Sqrt', square), o.unary('Sqrt', correction(beta2)))
      const size = o.div(rate, correction(beta1))
      const way = o.mul(o.div(mean, o.add(spread, epsilon)), size)
      return { value: o.sub(kept, way), slots: [mean, square] }
    },
  }
}
