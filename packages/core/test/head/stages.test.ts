import { describe, expect, it } from 'vitest'
import {
  assemble,
  cosineScoresWith,
  finish,
  finishSoftmax,
  type Kernels,
  prelude,
  prepare,
  targetTerms,
  topKWith,
} from '../../src/backend.js'
import { cosineScores, marginLoss, topK } from '../../src/head/index.js'
import { arcFace } from '../../src/index.js'
import { lossCases } from '../support/losses.js'
import { problemOf } from '../support/problem.js'

/** The products as one loop each, in another order of summation than the plain kernels. */
const kernels: Kernels = {
  dots: (a, rows, b, columns, dimension, out) => {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        let sum = 0
        for (let d = dimension - 1; d >= 0; d--) {
          sum += (a[r * dimension + d] as number) * (b[c * dimension + d] as number)
        }
        out[r * columns + c] = sum
      }
    }
  },
  accumulate: (factors, rowStride, rows, columnStride, columns, b, dimension, out) => {
    for (let r = 0; r < rows; r++) {
      for (let d = 0; d < dimension; d++) {
        let sum = out[r * dimension + d] as number
        for (let c = columns - 1; c >= 0; c--) {
          const factor = factors[r * rowStride + c * columnStride] as number
          sum += factor * (b[c * dimension + d] as number)
        }
        out[r * dimension + d] = sum
      }
    }
  },
}

const close = (found: ArrayLike<number> = [], expected: ArrayLike<number> = []): void => {
  expect(found.length).toBe(expected.length)
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i] as number, 10)
}

const shape = { rows: 7, classes: 9, dimension: 5 }

describe('stages of the head on other kernels', () => {
  it.each(lossCases)('$label: the step that marginLoss takes', (which) => {
    const { loss, batch, parameters, state } = problemOf(which, 3, shape)
    const tables = Object.fromEntries(
      Object.entries(parameters).filter(([, value]) => typeof value !== 'number'),
    )
    const options = { gradients: true, state, random: () => 0.25, parameters: tables }
    const step = prepare(loss, batch, options, kernels)
    const found = finish(step, prelude(step, options), options)
    const expected = marginLoss(loss, batch, options)
    expect(found.loss).toBeCloseTo(expected.loss, 10)
    expect(Object.keys(found.state)).toEqual(Object.keys(expected.state))
    close(Object.values(found.state), Object.values(expected.state))
    close(found.gradients.embeddings, expected.gradients.embeddings)
    close(found.gradients.classWeights, expected.gradients.classWeights)
  })

  it('cosines and the best classes', () => {
    const { batch } = problemOf({ factory: '', label: '', loss: arcFace() }, 4, shape)
    const { embeddings, classWeights, dimension } = batch
    const scored = { embeddings, classWeights, dimension }
    close(cosineScoresWith(kernels, scored), cosineScores(scored))
    expect(topKWith(kernels, scored, 3).classes).toEqual(topK(scored, 3).classes)
  })
})

it('a backend that sums the exponentials itself gets the same losses from finishSoftmax', () => {
  const { loss, batch } = problemOf({ factory: '', label: '', loss: arcFace() }, 5, shape)
  const step = prepare(loss, batch, {}, kernels)
  const state = prelude(step, {})
  const expected = marginLoss(loss, batch, { logits: true })
  const logits = expected.logits ?? new Float64Array()
  const largest = new Float64Array(shape.rows)
  const sum = new Float64Array(shape.rows)
  step.columns.forEach((column, row) => {
    const others = [...logits.subarray(row * shape.classes, (row + 1) * shape.classes)]
    others.splice(column, 1)
    largest[row] = Math.max(...others)
    for (const logit of others)
      sum[row] = (sum[row] as number) + Math.exp(logit - (largest[row] as number))
  })
  const reduced = finishSoftmax(step.resolved, largest, sum, targetTerms(step), step.columns)
  const found = assemble(step, state, { accuracy: 1 }, reduced, { parameters: {} })
  expect(found.loss).toBeCloseTo(expected.loss, 10)
  close(found.losses, expected.losses)
  expect(reduced.targetFactors.every((factor) => factor < 0)).toBe(true)
})
