import type { Loss } from '@arcmargin/core'
import { anglesTo, curveOf } from './curve.js'

/** A place where the target logit jumps. */
interface Jump {
  /** Radians. */
  readonly at: number
  /** What the logit gains there; negative: it drops. */
  readonly by: number
}

/** A stretch of angles in radians. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What sampling says about a target logit on [0, π]; it can miss what happens between the samples. */
export interface Shape {
  readonly samples: number
  readonly jumps: readonly Jump[]
  /** Where it rises. */
  readonly rises: readonly Stretch[]
  /** Where it is not a finite number. */
  readonly undefined: readonly Stretch[]
}

const samples = 3601

/** Rounding of a logit of size 1. */
const rounding = 1e-9

/** Stretches of sample intervals that satisfy a condition. */
const stretches = (theta: Float64Array, holds: (i: number) => boolean): Stretch[] => {
  const found: Stretch[] = []
  for (let i = 0; i + 1 < theta.length; i++) {
    if (!holds(i)) continue
    const from = theta[i] as number
    const to = theta[i + 1] as number
    const last = found.at(-1)
    if (last?.to === from) found[found.length - 1] = { from: last.from, to }
    else found.push({ from, to })
  }
  return found
}

/** Looks for jumps, rises and holes by sampling, and narrows every jump down to a width of a few roundings. */
export const shapeOf = (loss: Loss): Shape => {
  const theta = anglesTo(samples)
  const { target, slope } = curveOf(loss, theta)
  const at = (values: Float64Array, i: number): number => values[i] as number
  const size = target.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0)
  const isNumber = (i: number): boolean => Number.isFinite(target[i]) && Number.isFinite(slope[i])
  const step = Math.PI / (samples - 1)

  const jumps: Jump[] = []
  for (let i = 0; i + 1 < samples; i++) {
    if (!isNumber(i) || !isNumber(i + 1)) continue
    const gained = at(target, i + 1) - at(target, i)
    // A smooth curve gains about what its slopes say; twice as much and a little is worth a closer look.
    const steepest = Math.max(Math.abs(at(slope, i)), Math.abs(at(slope, i + 1)))
    if (Math.abs(gained) < 2 * steepest * step + rounding * size) continue
    const jump = narrow(loss, at(theta, i), at(theta, i + 1))
    if (Math.abs(jump.by) > 1e-6 * size) jumps.push(jump)
  }
  return {
    samples,
    jumps,
    rises: stretches(
      theta,
      (i) => at(target, i + 1) - at(target, i) > rounding * Math.max(size, 1e-300),
    ),
    undefined: stretches(theta, (i) => !isNumber(i) || !isNumber(i + 1)),
  }
}

/** Halves the stretch again and again, keeping the half that changes more. */
const narrow = (loss: Loss, from: number, to: number): Jump => {
  const value = (theta: number): number => curveOf(loss, Float64Array.of(theta)).target[0] as number
  let [low, high] = [from, to]
  let [atLow, atHigh] = [value(low), value(high)]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    const atMiddle = value(middle)
    if (Math.abs(atMiddle - atLow) > Math.abs(atHigh - atMiddle)) {
      high = middle
      atHigh = atMiddle
    } else {
      low = middle
      atLow = atMiddle
    }
  }
  return { at: high, by: atHigh - atLow }
}
