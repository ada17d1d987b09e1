import { topK } from '@arcmargin/core/head'
import {
  distractorCurve,
  eer,
  pairScores,
  roc,
  tarAtFar,
  type VerificationScores,
} from '@arcmargin/metrics'
import type { EmbeddingSet } from './embedding-set.js'

/** Everything about a set that does not depend on the threshold. */
export interface Measures {
  readonly scores: VerificationScores
  /** Points (FAR, TAR) of the ROC, thinned for drawing; FAR above 0. */
  readonly roc: readonly (readonly [number, number])[]
  /** Points (number of distractors, rank-1 rate). */
  readonly distractors: readonly (readonly [number, number])[]
  /** Searches behind each rank-1 rate. */
  readonly searches: number
  /** TAR where 1 of 1,000 impostor pairs is accepted; undefined where there are too few to tell. */
  readonly tarAtThousandth: number | undefined
  readonly eer: number
}

/** One in five identities probes among the rows of the others. */
const probeShare = 5

/** Most points of a drawn curve. */
const drawn = 400

/** ROC over all pairs, and rank-1 among distractors. */
export const measure = (set: EmbeddingSet): Measures => {
  const { embeddings, labels, dimension } = set
  const scores = pairScores(embeddings, labels, { dimension })
  const [thousandth] = tarAtFar(scores, [1e-3])
  return {
    scores,
    roc: rocPoints(scores),
    ...distractorPoints(set),
    tarAtThousandth: thousandth?.resolved ? thousandth.tar : undefined,
    eer: eer(scores).eer,
  }
}

/** The curve at FARs that are evenly spaced on a log axis: the last point before each. */
const rocPoints = (scores: VerificationScores): [number, number][] => {
  const { far, tar } = roc(scores)
  const first = 1 / scores.impostors
  const points: [number, number][] = []
  let at = 0
  for (let i = 0; i <= drawn; i++) {
    const wanted = first ** (1 - i / drawn)
    while (at + 1 < far.length && (far[at + 1] as number) <= wanted * (1 + 1e-12)) at++
    points.push([wanted, tar[at] as number])
  }
  return points
}

const distractorPoints = ({
  embeddings,
  labels,
  dimension,
  names,
}: EmbeddingSet): Pick<Measures, 'distractors' | 'searches'> => {
  const rows = Array.from(labels.keys())
  const probes = rows.filter((row) => (labels[row] as number) % probeShare === 0)
  const others = rows.filter((row) => (labels[row] as number) % probeShare !== 0)
  const pick = (chosen: readonly number[]): Float32Array => {
    const picked = new Float32Array(chosen.length * dimension)
    for (const [i, row] of chosen.entries()) {
      picked.set(embeddings.subarray(row * dimension, (row + 1) * dimension), i * dimension)
    }
    return picked
  }
  const own = Int32Array.from(probes, (row) => labels[row] as number)
  const hasMates = new Set(own).size < own.length
  if (names.length < 2 || !hasMates || others.length === 0) return { distractors: [], searches: 0 }
  const steps = Math.ceil(4 * Math.log10(others.length))
  const counts = Array.from({ length: steps + 1 }, (_, i) =>
    Math.round(others.length ** (i / Math.max(1, steps))),
  )
  const { rank1, searches } = distractorCurve(
    { embeddings: pick(probes), labels: own },
    pick(others),
    { dimension, counts: [...new Set(counts)], seed: 0 },
  )
  return {
    distractors: [...new Set(counts)].map((count, i) => [count, rank1[i] as number] as const),
    searches,
  }
}

/** How many of an ascending list are at least a threshold. */
const atLeast = (ascending: Float64Array, threshold: number): number => {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) < threshold) low = middle + 1
    else high = middle
  }
  return ascending.length - low
}

/** What a threshold accepts. */
export interface Decision {
  readonly falseAccepts: number
  readonly far: number
  readonly tar: number
}

/** Accepts pairs whose angle is at most `theta` (radians). */
export const decide = ({ genuine, impostor }: VerificationScores, theta: number): Decision => {
  const threshold = Math.cos(theta)
  const falseAccepts = atLeast(impostor, threshold)
  return {
    falseAccepts,
    far: falseAccepts / impostor.length,
    tar: atLeast(genuine, threshold) / genuine.length,
  }
}

/** A row near another one. */
export interface Neighbour {
  readonly row: number
  /** Radians. */
  readonly theta: number
}

/** The nearest other rows by angle, nearest first. */
export const neighboursOf = (
  { embeddings, dimension, labels }: EmbeddingSet,
  row: number,
  count: number,
): Neighbour[] => {
  const asked = embeddings.slice(row * dimension, (row + 1) * dimension)
  const k = Math.min(count + 1, labels.length)
  const { classes, scores } = topK({ embeddings: asked, classWeights: embeddings, dimension }, k)
  return Array.from(classes, (found, i) => ({
    row: found,
    theta: Math.acos(Math.min(1, Math.max(-1, scores[i] as number))),
  }))
    .filter((neighbour) => neighbour.row !== row)
    .slice(0, count)
}
