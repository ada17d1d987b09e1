import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HeadOptions, type HeadResult, marginLoss } from '../../src/head/index.js'
import type { Loss } from '../../src/index.js'
import { type Adversarial, adversarial } from '../support/adversarial.js'
import { lossCases } from '../support/losses.js'
import { even, generator } from '../support/random.js'

/** Everything in a result that has to be a finite number, by name. */
const notFinite = (result: HeadResult): string[] => {
  const { gradients, state, targetAngles, ...rest } = result
  const values: Record<string, number | ArrayLike<number>> = {
    ...rest,
    ...state,
    ...gradients.parameters,
    embeddings: gradients.embeddings ?? [],
    classWeights: gradients.classWeights ?? [],
  }
  return Object.entries(values).flatMap(([name, value]) => {
    const numbers = typeof value === 'number' ? [value] : Array.from(value)
    return numbers.every(Number.isFinite) ? [] : [name]
  })
}

/** The loss's own scale is replaced where it is a number, and tables are filled from the middle of their ranges. */
const optionsFor = (
  { parameters, definition }: Loss,
  { batch, classes, scale, seed }: Adversarial,
): HeadOptions => {
  const random = generator(seed)
  const values: Record<string, number | Float64Array> = {}
  for (const [name, value] of Object.entries(parameters)) {
    const { maximum = scale } = definition.parameters[name] ?? {}
    const length = value === 'perClass' ? classes : batch.labels.length
    if (typeof value !== 'number') values[name] = even(random, length, maximum / 4, maximum)
    else if (name === 'scale') values[name] = scale
  }
  return { parameters: values, random, logits: true, gradients: true }
}

describe('over the float32 domain no result is infinite or not a number', () => {
  test.each(lossCases)('$label', ({ loss, subCenters }) => {
    fc.assert(
      fc.property(adversarial(loss, subCenters), (hard) => {
        const options = optionsFor(loss, hard)
        const result = marginLoss(loss, hard.batch, options)
        expect(notFinite(result)).toEqual([])
        hard.batch.labels.forEach((label, row) => {
          const angle = result.targetAngles[row] as number
          expect(label < 0 ? Number.isNaN(angle) : angle >= 0 && angle <= Math.PI).toBe(true)
        })
        // The next step starts from the state that this one left.
        const next = marginLoss(loss, hard.batch, { ...options, state: result.state })
        expect(notFinite(next)).toEqual([])
      }),
      { seed: 5, numRuns: 60 },
    )
  })
})
