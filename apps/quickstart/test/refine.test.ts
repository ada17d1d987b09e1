import { describe, expect, it } from 'vitest'
import { refine } from '../src/lab/refine.js'

const at = (degrees: number): [number, number] => {
  const theta = (degrees * Math.PI) / 180
  return [Math.cos(theta), Math.sin(theta)]
}

describe('labels that sub-centers find wrong', () => {
  it('are those far from the sub-center that most of the class is near', () => {
    const refined = refine(
      {
        // Class 0: three near 0°, one at 100°, which has a sub-center of its own. Class 1: 180° and 250°.
        embeddings: Float32Array.from([0, 10, -5, 100, 180, 250].flatMap(at)),
        labels: Int32Array.of(0, 0, 0, 0, 1, 1),
        classWeights: Float32Array.from([90, 5, 180, 300].flatMap(at)),
        classes: 2,
        subCenters: 2,
        dimension: 2,
      },
      (75 * Math.PI) / 180,
    )
    expect(refined).toEqual({ kept: [0, 1, 2, 4, 5], dropped: [3] })
  })
})
