/** A point of the curves. */
export interface Moment {
  readonly step: number
  /** Mean over the steps since the last point. */
  readonly loss: number
  /** Shares of probes that were right, of identities that steps have seen and of any. */
  readonly seen: number
  readonly any: number
}

/** At most so many points: each the mean of as many neighbours, at the last one's step. */
export const thinned = (moments: readonly Moment[], most: number): readonly Moment[] => {
  const width = Math.ceil(moments.length / most)
  if (width <= 1) return moments
  return Array.from({ length: Math.ceil(moments.length / width) }, (_, i) => {
    const some = moments.slice(i * width, (i + 1) * width)
    const mean = (key: 'loss' | 'seen' | 'any'): number =>
      some.reduce((sum, moment) => sum + moment[key], 0) / some.length
    const { step } = some.at(-1) as Moment
    return { step, loss: mean('loss'), seen: mean('seen'), any: mean('any') }
  })
}
