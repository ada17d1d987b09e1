/**
 * The distances that a loss may be made of, as a choice `measure`: between unit vectors (`chord`, its square, or 1 - cosθ) or
 * between raw ones (`euclidean` and its square).
 */
export const measures = {
  measure: {
    chord: 'chord',
    squaredChord: 'chord^2',
    cosine: '1 - cosTheta',
    euclidean: 'distance',
    squaredEuclidean: 'distance^2',
  },
} as const

/** The similarities that a loss may be made of: cosθ, or the dot product of raw vectors. */
export const similarities = { similarity: { cosine: 'cosTheta', dot: 'dot' } } as const
