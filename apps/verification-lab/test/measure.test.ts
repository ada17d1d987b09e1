import { describe, expect, it } from 'vitest'
import { type EmbeddingSet, numberLabels } from '../src/model/embedding-set.js'
import { decide, measure, neighboursOf } from '../src/model/measure.js'

/** Two-dimensional embeddings at angles in degrees, of any length. */
const setOf = (angles: readonly number[], words: readonly string[]): EmbeddingSet => ({
  title: 'test',
  embeddings: Float32Array.from(
    angles.flatMap((angle, i) => {
      const theta = (angle * Math.PI) / 180
      return [(i + 1) * Math.cos(theta), (i + 1) * Math.sin(theta)]
    }),
  ),
  dimension: 2,
  ...numberLabels(words),
})

const set = setOf([0, 10, 50, 65, 120], ['a', 'a', 'b', 'b', 'c'])
const radians = (degrees: number): number => (degrees * Math.PI) / 180

describe('a threshold', () => {
  const { scores } = measure(set)

  // Genuine pairs: 10° and 15°. Impostors: 50, 65, 120, 40, 55, 110, 70, 55.
  it.each([
    [9, 0, 0],
    [12, 0.5, 0],
    [16, 1, 0],
    [41, 1, 1 / 8],
    [56, 1, 4 / 8],
    [180, 1, 1],
  ])('of %i° accepts the pairs that are closer', (theta, tar, far) => {
    expect(decide(scores, radians(theta))).toEqual({ tar, far, falseAccepts: 8 * far })
  })
})

describe('the curves', () => {
  it('never fall along FAR and end with everything accepted', () => {
    const { roc } = measure(set)
    expect(roc[0]).toEqual([expect.closeTo(1 / 8, 12), 1])
    expect(roc.at(-1)).toEqual([1, 1])
  })

  it('search one identity in five among the others', () => {
    const { distractors, searches } = measure(set)
    // Label a alone is searched: 0° for 10° and back, among 50°, 65° and 120°.
    expect(searches).toBe(2)
    expect(distractors.map(([count]) => count)).toEqual([1, 2, 3])
    expect(distractors.map(([, rate]) => rate)).toEqual([1, 1, 1])
  })
})

describe('neighbours', () => {
  it('are the nearest by angle, without the row itself', () => {
    const found = neighboursOf(set, 2, 3)
    expect(found.map(({ row }) => row)).toEqual([3, 1, 0])
    for (const [i, degrees] of [15, 40, 50].entries()) {
      expect(found[i]?.theta).toBeCloseTo(radians(degrees), 5)
    }
  })
})
