import { type VerificationScores, verificationScores } from '@arcmargin/metrics'
import fc from 'fast-check'

/** Pairs [score, genuine] with at least one of each kind; eight score levels, so most scores tie. */
export const arbitraryPairs: fc.Arbitrary<[number, boolean][]> = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: -3, max: 4 }), fc.boolean()), { maxLength: 40 }),
    fc.integer({ min: -3, max: 4 }),
    fc.integer({ min: -3, max: 4 }),
  )
  .map(([pairs, genuine, impostor]) => [...pairs, [genuine, true], [impostor, false]])

/** The scores of such pairs. */
export const scoresOf = (pairs: readonly (readonly [number, boolean])[]): VerificationScores =>
  verificationScores(
    pairs.map(([score]) => score),
    pairs.map(([, genuine]) => genuine),
  )

/** Scores of such pairs. */
export const arbitraryScores: fc.Arbitrary<VerificationScores> = arbitraryPairs.map(scoresOf)
