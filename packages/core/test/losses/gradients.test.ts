import { describe, expect, test } from 'vitest'
import type { HeadOptions } from '../../src/head/index.js'
import { gradientErrors } from '../support/gradients.js'
import { factories, lossCases } from '../support/losses.js'
import { type Problem, problemOf } from '../support/problem.js'

const shape = { rows: 5, classes: 4, dimension: 3 }

/** The dense head agrees to rounding; central differences have about ten digits. */
const expectAgreement = (problem: Problem, options?: HeadOptions): void => {
  const { values, slopes, doubt } = gradientErrors(problem, options)
  expect(values).toBeLessThan(1e-13)
  // No kink within a step of any entry, so that the differences mean something.
  expect(doubt).toBeLessThan(1e-4)
  expect(Object.entries(slopes).filter(([, error]) => !(error < 1e-7))).toEqual([])
}

test('the table of losses has every factory that the package exports', () => {
  const tried = new Set(lossCases.map(({ factory }) => factory))
  expect([...factories.keys()].filter((name) => !tried.has(name))).toEqual([])
})

describe('gradients are the derivatives of the loss', () => {
  test.each(lossCases)('$label', (which) => {
    expectAgreement(problemOf(which, 2, shape))
  })
})

describe('with sample weights and a row that is ignored', () => {
  const perRow = lossCases.filter(({ loss }) => loss.definition.reduction !== 'classwise')
  const reductions = ['mean', 'sum', 'none'] as const
  const cases = perRow.flatMap((which, index) => {
    const reduction = reductions[index % 3]
    return reduction ? [{ ...which, reduction }] : []
  })
  test.each(cases)('$label, reduction $reduction', ({ reduction, ...which }) => {
    const problem = problemOf(which, 3, shape)
    const labels = problem.batch.labels.map((label, row) => (row === 3 ? -1 : label))
    expectAgreement(
      { ...problem, batch: { ...problem.batch, labels } },
      { reduction, sampleWeights: [0.5, 2, 1, 7, 0.25] },
    )
  })
})
