import { checkFinite } from '../checks.js'
import { EmptyError, NonFiniteError } from '../errors.js'
import { checkBothKinds, type VerificationScores } from './scores.js'

/**
 * Counts impostor scores against genuine scores that are known beforehand, in O(genuine) memory however many impostors come.
 *
 * Exact, not a histogram of fixed bins: between two neighbouring genuine scores the ROC is a horizontal line, so the count of
 * the impostors there and their two ends are all of it. TAR, FAR at a genuine score, AUC, EER and the best accuracy come out
 * as from the full list. What is lost: the thresholds inside such a line (`tarAtFar` then answers with one of its ends).
 */
export class ImpostorCounter {
  private readonly genuine: Float64Array
  /** Bin 2k + 1 holds impostors equal to genuine score k, bin 2k those below it and above score k - 1. */
  private readonly counts: Float64Array
  private readonly least: Float64Array
  private readonly most: Float64Array
  /** How many of a bin's impostors score its `most`. */
  private readonly mostCounts: Float64Array

  /**
   * @param genuine scores of all genuine pairs, in any order.
   * @throws EmptyError, NonFiniteError.
   */
  constructor(genuine: ArrayLike<number>) {
    if (!(genuine.length > 0)) throw new EmptyError('is empty', { argument: 'genuine', value: 0 })
    checkFinite(genuine, 'genuine')
    this.genuine = Float64Array.from(genuine).sort()
    const bins = 2 * genuine.length + 1
    this.counts = new Float64Array(bins)
    this.least = new Float64Array(bins).fill(Infinity)
    this.most = new Float64Array(bins).fill(-Infinity)
    this.mostCounts = new Float64Array(bins)
  }

  /**
   * Counts one impostor pair.
   *
   * @throws NonFiniteError; the counts are as they were.
   */
  add(score: number): void {
    if (!Number.isFinite(score)) {
      throw new NonFiniteError('is not finite', { argument: 'score', value: score })
    }
    let low = 0
    let high = this.genuine.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.genuine[middle] as number) < score) low = middle + 1
      else high = middle
    }
    const bin = 2 * low + (this.genuine[low] === score ? 1 : 0)
    this.counts[bin] = (this.counts[bin] as number) + 1
    if (score < (this.least[bin] as number)) this.least[bin] = score
    if (score > (this.most[bin] as number)) {
      this.most[bin] = score
      this.mostCounts[bin] = 0
    }
    if (score === this.most[bin]) this.mostCounts[bin] = (this.mostCounts[bin] as number) + 1
  }

  /**
   * The scores so far, for `roc`, `tarAtFar` and the others.
   *
   * @throws EmptyError when no impostor was added.
   */
  scores(): VerificationScores {
    const impostor: number[] = []
    const counts: number[] = []
    let impostors = 0
    for (let bin = 0; bin < this.counts.length; bin++) {
      const count = this.counts[bin] as number
      if (count === 0) continue
      const least = this.least[bin] as number
      const most = this.most[bin] as number
      const mostCount = this.mostCounts[bin] as number
      impostors += count
      if (least < most) {
        impostor.push(least)
        counts.push(count - mostCount)
      }
      impostor.push(most)
      counts.push(mostCount)
    }
    checkBothKinds(this.genuine.length, impostors, 'score')
    return {
      genuine: this.genuine.slice(),
      impostor: Float64Array.from(impostor),
      impostorCounts: Float64Array.from(counts),
      impostors,
    }
  }
}
