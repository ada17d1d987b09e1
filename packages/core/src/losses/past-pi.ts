import type { PastPi } from './definition.js'

/** Pieces of a target logit from which its treatments past π are written. */
interface Curve {
  /** The margined angle, e.g. `theta + margin`. */
  readonly angle: string
  /** The margined cosine f, without the scale. */
  readonly curve: string
  /** What replaces f past π in the treatment `linear`. */
  readonly linear?: string
  /** What replaces f past π in the treatment `plain`. */
  readonly plain?: string
  /** Lowest value 2·(1+m3) of the mirrored curve is subtracted from; the formula of m3, default 0. */
  readonly m3?: string
}

/**
 * The target formulas of one curve under each treatment past π that its pieces allow, each times `scale`.
 * `mirror` is the curve of Keras_insightface: -2(1+m3) - f, equal to f with slope 0 where the angle is π.
 */
export const pastPiTargets = (curve: Curve): Partial<Record<PastPi, string>> => {
  const { angle, curve: f, linear, plain, m3 } = curve
  const beyond = (replacement: string): string =>
    `scale * select(${angle} <= pi, ${f}, ${replacement})`
  return {
    none: `scale * (${f})`,
    ...(linear === undefined ? {} : { linear: beyond(linear) }),
    ...(plain === undefined ? {} : { plain: beyond(plain) }),
    easy: `scale * select(cosTheta > 0, ${f}, cosTheta)`,
    mirror: beyond(m3 === undefined ? `-2 - ${f}` : `-2 * (1 + ${m3}) - (${f})`),
  }
}
