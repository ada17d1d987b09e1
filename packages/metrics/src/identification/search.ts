import { LabelError } from '../errors.js'
import { forEachQuery, type Prepared } from '../similarity.js'

/** What a gallery answers to one probe. An identity scores what its best row scores. */
export interface Candidate {
  /** Highest score of the probe's own identity; -Infinity when the gallery does not have it. */
  readonly mate: number
  /** Highest score of any other identity; -Infinity when there is none. */
  readonly impostor: number
  /** Other identities that score above the mate. */
  readonly above: number
  /** Other identities that score exactly as the mate does. */
  readonly tied: number
}

/** How identities that tie with the mate are ranked: all before it, or half of them. */
export type Ties = 'pessimistic' | 'average'

/** Rank of the mate, 1 the best. */
export const rankOf = ({ above, tied }: Candidate, ties: Ties): number =>
  1 + above + (ties === 'pessimistic' ? tied : tied / 2)

/** Refuses probes that a closed-set gallery cannot identify. */
export const checkMates = (probes: Prepared, identities: ReadonlyMap<number, number>): void => {
  probes.labels.forEach((value, row) => {
    if (value < 0 || identities.has(value)) return
    const allowed = 'labels in the gallery (-1: ignored)'
    throw new LabelError('has no mate', { argument: 'probes.labels', row, value, allowed })
  })
}

/** Visits every probe that is not ignored with what the gallery answers. */
export const search = (
  probes: Prepared,
  gallery: Prepared,
  identities: ReadonlyMap<number, number>,
  visit: (probe: number, candidate: Candidate) => void,
): void => {
  const identityOf = gallery.labels.map((label) => identities.get(label) ?? -1)
  const best = new Float64Array(identities.size)
  forEachQuery(probes, gallery, (probe, scores) => {
    best.fill(-Infinity)
    for (let j = 0; j < identityOf.length; j++) {
      const identity = identityOf[j] as number
      const score = scores[j] as number
      if (identity >= 0 && score > (best[identity] as number)) best[identity] = score
    }
    const own = identities.get(probes.labels[probe] as number) ?? -1
    const mate = best[own] ?? -Infinity
    let impostor = -Infinity
    let above = 0
    let tied = 0
    for (let identity = 0; identity < best.length; identity++) {
      if (identity === own) continue
      const score = best[identity] as number
      if (score > impostor) impostor = score
      if (score > mate) above++
      else if (score === mate) tied++
    }
    visit(probe, { mate, impostor, above, tied })
  })
}
