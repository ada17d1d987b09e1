import { describe, expect, test } from 'vitest'
import {
  type FloatArray,
  type HeadBatch,
  type HeadOptions,
  type HeadResult,
  marginLoss,
} from '../../src/head/index.js'
import { arcFace } from '../../src/index.js'
import { type LossCase, lossCases } from '../support/losses.js'
import { type Problem, problemOf } from '../support/problem.js'
import { bell, generator, someLabels } from '../support/random.js'

const shape = { rows: 5, classes: 4, dimension: 3 }

const optionsFor = ({
  parameters,
  state,
}: Problem): HeadOptions & { parameters: Problem['parameters'] } => ({
  parameters: Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => typeof value !== 'number'),
  ),
  state,
  training: false,
  gradients: true,
})

const run = (
  problem: Problem,
  changes: Partial<HeadBatch> = {},
  options: HeadOptions = {},
): HeadResult =>
  marginLoss(problem.loss, { ...problem.batch, ...changes }, { ...optionsFor(problem), ...options })

/** Vectors of `width` values in another order: vector i of the result is vector order[i]. */
const reorder = (values: FloatArray, order: readonly number[], width: number): Float64Array =>
  Float64Array.from(order.flatMap((from) => [...values.subarray(from * width, (from + 1) * width)]))

/** Equal but for the grouping of sums, which differs with the number of columns and their order. */
const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
  const size = Math.hypot(...Array.from(expected)) || 1
  const errors = Array.from(expected, (value, at) => Math.abs((found[at] as number) - value) / size)
  expect(found).toHaveLength(expected.length)
  expect(Math.max(...errors)).toBeLessThan(1e-13)
}

const untouched = (values: ArrayLike<number> | undefined): boolean[] =>
  Array.from(values ?? [], (value) => value === 0)

const numberless = (which: LossCase): boolean =>
  !Object.values(which.loss.parameters).some((value) => typeof value === 'string')

describe.each(lossCases)('$label', (which) => {
  const problem = problemOf(which, 12, shape)
  const { batch, classes } = problem
  const width = batch.dimension * batch.subCenters
  const base = run(problem)
  const { embeddings, classWeights } = base.gradients as {
    embeddings: Float64Array
    classWeights: Float64Array
  }

  test('weights in columns are the same, transposed', () => {
    const vectors = classes * batch.subCenters
    const transpose = (values: ArrayLike<number>, rows: number): Float64Array => {
      const columns = values.length / rows
      return Float64Array.from(
        values,
        (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] as number,
      )
    }
    const { gradients, ...rest } = run(problem, {
      classWeights: transpose(batch.classWeights, vectors),
      layout: 'columns',
    })
    const { gradients: _, ...expected } = base
    expect(rest).toStrictEqual(expected)
    expect(gradients.embeddings).toStrictEqual(embeddings)
    expect(gradients.classWeights).toStrictEqual(transpose(classWeights, vectors))
  })

  test('float32 is a storage format: the same numbers, rounded once', () => {
    const [x, w] = [Float32Array.from(batch.embeddings), Float32Array.from(batch.classWeights)]
    const single = run(problem, { embeddings: x, classWeights: w })
    const double = run(problem, {
      embeddings: Float64Array.from(x),
      classWeights: Float64Array.from(w),
    })
    expect(single.gradients.embeddings).toStrictEqual(
      Float32Array.from(double.gradients.embeddings ?? []),
    )
    expect(single.gradients.classWeights).toStrictEqual(
      Float32Array.from(double.gradients.classWeights ?? []),
    )
    expect({ ...single, gradients: double.gradients }).toStrictEqual(double)
  })

  test('given buffers are filled and returned, whichever their precision', () => {
    const buffers = {
      embeddings: new Float32Array(embeddings.length).fill(Number.NaN),
      classWeights: new Float64Array(classWeights.length).fill(Number.NaN),
    }
    const { gradients } = run(problem, {}, { gradients: buffers })
    expect(gradients.embeddings).toBe(buffers.embeddings)
    expect(gradients.classWeights).toBe(buffers.classWeights)
    expect(buffers.embeddings).toStrictEqual(Float32Array.from(embeddings))
    expect(buffers.classWeights).toStrictEqual(classWeights)
    const only = run(problem, {}, { gradients: { classWeights: true } }).gradients
    expect(Object.keys(only)).toEqual(['classWeights', 'parameters'])
    expect(only.classWeights).toStrictEqual(classWeights)
    expect(
      run(problem, {}, { gradients: { embeddings: true } }).gradients.embeddings,
    ).toStrictEqual(embeddings)
  })

  test('the order of the classes does not matter', () => {
    const order = [2, 0, 3, 1]
    const parameters = Object.fromEntries(
      Object.entries(optionsFor(problem).parameters).map(([name, value]) => [
        name,
        problem.loss.parameters[name] === 'perClass'
          ? reorder(value as Float64Array, order, 1)
          : value,
      ]),
    )
    const changed = run(
      problem,
      {
        classWeights: reorder(batch.classWeights, order, width),
        labels: batch.labels.map((label) => order.indexOf(label)),
      },
      { parameters },
    )
    expectClose([changed.loss, ...changed.losses], [base.loss, ...base.losses])
    expectClose(changed.gradients.embeddings ?? [], embeddings)
    expectClose(changed.gradients.classWeights ?? [], reorder(classWeights, order, width))
  })
})

describe('a batch twice over has the same mean loss and gradient by the weights', () => {
  test.each(lossCases.filter(numberless))('$label', (which) => {
    const problem = problemOf(which, 13, shape)
    const base = run(problem)
    const twice = run(problem, {
      embeddings: Float64Array.from([...problem.batch.embeddings, ...problem.batch.embeddings]),
      labels: [...problem.batch.labels, ...problem.batch.labels],
    })
    if (which.loss.definition.reduction === 'classwise')
      return expect(twice.loss).toBeGreaterThan(base.loss)
    expectClose([twice.loss, ...twice.losses], [base.loss, ...base.losses, ...base.losses])
    expectClose(twice.gradients.classWeights ?? [], base.gradients.classWeights ?? [])
    const halved = Array.from(base.gradients.embeddings ?? [], (value) => value / 2)
    expectClose(twice.gradients.embeddings ?? [], [...halved, ...halved])
  })
})

describe('a subset of the classes is a smaller head', () => {
  // `classes` stays the number of all classes; what follows from it is given.
  const apart = lossCases.filter(
    ({ loss }) => !/\bclasses\b/.test(JSON.stringify(loss.definition.reduction ?? '')),
  )
  test.each(apart)('$label', (which) => {
    const problem = problemOf(which, 14, { ...shape, classes: 6 })
    const subset = [4, 1, 3]
    const width = problem.batch.dimension * problem.batch.subCenters
    const labels = problem.batch.labels.map((_, row) => subset[row % 3] as number)
    const parameters = Object.fromEntries(
      Object.entries(problem.parameters).map(([name, value]) => [
        name,
        problem.loss.parameters[name] === 'perClass'
          ? reorder(value as Float64Array, subset, 1)
          : value,
      ]),
    )
    const options = { parameters: problem.parameters, logits: true }
    const partial = run(problem, { labels }, { ...options, classSubset: Int32Array.from(subset) })
    const sliced = run(
      problem,
      {
        classWeights: reorder(problem.batch.classWeights, subset, width),
        labels: labels.map((label) => subset.indexOf(label)),
      },
      { ...options, parameters },
    )
    if (problem.loss.definition.regularizer?.class) {
      // The mean runs over all classes, not only over those that take part.
      const data = (result: HeadResult): number => result.loss - result.regularization
      expect(data(partial)).toBeCloseTo(data(sliced), 12)
    } else expect(partial.loss).toBe(sliced.loss)
    expect(partial.gradients.embeddings).toStrictEqual(sliced.gradients.embeddings)
    expect(partial.gradients.classWeights).toStrictEqual(sliced.gradients.classWeights)
    expect(partial.logits).toStrictEqual(sliced.logits)
  })
})

test('sub-centers: one sample sees of each class the nearest, and only that one gets a gradient', () => {
  const random = generator(3)
  const [classes, subCenters, dimension] = [5, 4, 3]
  for (let trial = 0; trial < 20; trial++) {
    const embeddings = bell(random, dimension)
    const classWeights = bell(random, classes * subCenters * dimension)
    const labels = someLabels(random, 1, classes)
    const pooled = marginLoss(
      arcFace(),
      { embeddings, classWeights, labels, dimension, subCenters },
      { gradients: true },
    )
    const cosine = (vector: number): number => {
      const w = classWeights.subarray(vector * dimension, (vector + 1) * dimension)
      return (
        w.reduce((sum, value, d) => sum + value * (embeddings[d] as number), 0) / Math.hypot(...w)
      )
    }
    const nearest = Array.from({ length: classes }, (_, label) => {
      const centers = Array.from({ length: subCenters }, (__, k) => label * subCenters + k)
      return centers.reduce((best, center) => (cosine(center) > cosine(best) ? center : best))
    })
    const single = marginLoss(
      arcFace(),
      { embeddings, classWeights: reorder(classWeights, nearest, dimension), labels, dimension },
      { gradients: true },
    )
    expectClose([pooled.loss], [single.loss])
    expectClose(pooled.gradients.embeddings ?? [], single.gradients.embeddings ?? [])
    const scattered = new Float64Array(classWeights.length)
    nearest.forEach((center, label) => {
      scattered.set(
        single.gradients.classWeights?.subarray(label * dimension, (label + 1) * dimension) ?? [],
        center * dimension,
      )
    })
    expectClose(pooled.gradients.classWeights ?? [], scattered)
    expect(untouched(pooled.gradients.classWeights)).toEqual(untouched(scattered))
  }
})
