import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { lossCases } from '../../core/test/support/losses.js'
import { problemOf } from '../../core/test/support/problem.js'
import { generator } from '../../core/test/support/random.js'
import { byCore, byOp, distance, learnable, type Numbers, rounded } from './support/compare.js'

beforeAll(() => tf.setBackend('cpu'))

/** Worst errors of a step in float32, each relative to the largest number of its kind. */
const errors = (found: Numbers, expected: Numbers): Record<string, number> => ({
  loss: distance([found.loss], [expected.loss]),
  embeddings: distance(found.embeddings, expected.embeddings),
  classWeights: distance(found.classWeights, expected.classWeights),
  ...Object.fromEntries(
    Object.entries(expected.parameters).map(([name, values]) => [
      name,
      distance(found.parameters[name] ?? [], values),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(expected.state).map(([name, value]) => [
      `state.${name}`,
      distance([found.state[name] as number], [value]),
    ]),
  ),
})

/** In units of what is allowed: a parameter's gradient is one sum over everything, of terms of both signs that cancel. */
const worst = ({ loss, embeddings, classWeights, ...others }: Record<string, number>): number => {
  const allowed = [loss, embeddings, classWeights].map((error) => (error as number) / 3e-5)
  const found = [...allowed, ...Object.values(others).map((error) => error / 1e-3)]
  return Math.max(...found.map((error) => (Number.isNaN(error) ? Infinity : error)))
}

describe.each(lossCases)('$label against core in float64', (which) => {
  const problem = rounded(problemOf(which, 7, { rows: 6, classes: 5, dimension: 4 }))
  const names = learnable(problem)

  it.each([
    ['in blocks of two classes, computed again', { blockSize: 2, cosineBudget: 0 }],
    ['in one block', {}],
  ])('%s', async (_, options) => {
    const found = await byOp(problem, names, { ...options, random: generator(3) })
    const expected = byCore(problem, names, { random: generator(3) })
    const all = errors(found, expected)
    expect(worst(all), JSON.stringify(all)).toBeLessThan(1)
  })

  it('with ignored rows and the sum instead of the mean', async () => {
    const labels = problem.batch.labels.map((label, row) => (row % 3 === 2 ? -1 : label))
    const some = { ...problem, batch: { ...problem.batch, labels } }
    const classwise = which.loss.definition.reduction === 'classwise'
    const reduction = classwise ? 'mean' : 'sum'
    const found = await byOp(some, names, { reduction, random: generator(3), blockSize: 3 })
    const all = errors(found, byCore(some, names, { reduction, random: generator(3) }))
    expect(worst(all), JSON.stringify(all)).toBeLessThan(1)
  })
})
