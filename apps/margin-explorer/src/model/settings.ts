import type { PastPi } from '@arcmargin/core'

/** Everything that a visitor can set; angles in radians. */
export interface Settings {
  /** SphereFace's factor of the angle. */
  readonly sphere: number
  /** ArcFace's margin on the angle. */
  readonly arc: number
  /** CosFace's margin on the cosine. */
  readonly cos: number
  /** The combined margin cos(m1·θ + m2) - m3; `own` reads these three too. */
  readonly m1: number
  readonly m2: number
  readonly m3: number
  readonly scale: number
  readonly pastPi: PastPi
  /** The angle at which the table reads the curves, in degrees. */
  readonly read: number
  /** The visitor's margin, without the scale. */
  readonly own: string
}

/** The settings of the ArcFace paper's figure 4b. */
export const initialSettings: Settings = {
  sphere: 1.35,
  arc: 0.5,
  cos: 0.35,
  m1: 0.9,
  m2: 0.4,
  m3: 0.15,
  scale: 64,
  pastPi: 'linear',
  read: 60,
  own: '1 - 2 * (theta + m2) / pi',
}

/** Least, largest and step of every number. */
export const ranges = {
  sphere: { min: 1, max: 4, step: 0.05 },
  arc: { min: 0, max: 1.5, step: 0.05 },
  cos: { min: 0, max: 1, step: 0.05 },
  m1: { min: 0.5, max: 4, step: 0.05 },
  m2: { min: 0, max: 1.5, step: 0.05 },
  m3: { min: 0, max: 1, step: 0.05 },
  scale: { min: 1, max: 128, step: 1 },
  read: { min: 0, max: 180, step: 1 },
} as const

/** The treatments past π that ArcFace offers, as a visitor reads them. */
export const treatments: Readonly<Record<PastPi, string>> = {
  none: 'none: keep the formula',
  linear: 'linear: the paper’s code',
  easy: 'easy: margin while cos θ > 0',
  plain: 'plain: back to cos θ',
  mirror: 'mirror: continuous, monotone',
}

type NumberKey = keyof typeof ranges

/** The settings as the fragment of a link; what is as at the start is left out. */
export const toFragment = (settings: Settings): string => {
  const changed = Object.entries(settings).filter(
    ([key, value]) => value !== initialSettings[key as keyof Settings],
  )
  return new URLSearchParams(changed.map(([key, value]) => [key, String(value)])).toString()
}

/** Reads a fragment; what is missing, unknown or out of range is as at the start. */
export const fromFragment = (fragment: string): Settings => {
  const given = new URLSearchParams(fragment)
  const numbers = Object.entries(ranges).map(([key, { min, max }]): [NumberKey, number] => {
    const text = given.get(key)
    const value = text === null || text.trim() === '' ? Number.NaN : Number(text)
    return [
      key as NumberKey,
      value >= min && value <= max ? value : initialSettings[key as NumberKey],
    ]
  })
  const pastPi = given.get('pastPi') ?? ''
  return {
    ...initialSettings,
    ...Object.fromEntries(numbers),
    pastPi: Object.hasOwn(treatments, pastPi) ? (pastPi as PastPi) : initialSettings.pastPi,
    own: (given.get('own') ?? initialSettings.own).slice(0, 1000),
  }
}
