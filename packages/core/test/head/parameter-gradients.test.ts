import { describe, expect, test } from 'vitest'
import { type HeadOptions, marginLoss } from '../../src/head/index.js'
import {
  adaptiveFace,
  arcFace,
  defineLoss,
  elasticArcFace,
  type Loss,
  ParameterError,
  softTriple,
  sphereFace2,
  uniFace,
} from '../../src/index.js'
import { gradientErrors } from '../support/gradients.js'
import { problemOf } from '../support/problem.js'
import { thrown } from '../support/thrown.js'

const { batch } = problemOf({ factory: '', label: '', loss: arcFace() }, 1, {
  rows: 4,
  classes: 3,
  dimension: 3,
})

const run = (loss: Loss, options: HeadOptions) =>
  marginLoss(loss, batch, options).gradients.parameters

describe('which parameters get a gradient', () => {
  test('the learnable ones without asking', () => {
    expect(Object.keys(run(uniFace(), { gradients: true }))).toEqual(['bias'])
    expect(Object.keys(run(uniFace(), { gradients: {} }))).toEqual(['bias'])
    expect(Object.keys(run(arcFace(), { gradients: true }))).toEqual([])
    const margin = Float64Array.of(0.3, 0.35, 0.4)
    expect(run(adaptiveFace(), { gradients: true, parameters: { margin } })['margin']).toHaveLength(
      3,
    )
  })

  test('those asked for, and then no others', () => {
    const { scale, ...rest } = run(uniFace(), { gradients: { parameters: ['scale'] } })
    expect(scale).not.toBe(0)
    expect(rest).toEqual({})
    expect(run(uniFace(), { gradients: { parameters: [] } })).toEqual({})
  })

  test('none without gradients', () => {
    expect(marginLoss(uniFace(), batch).gradients).toEqual({ parameters: {} })
  })
})

describe('a separable reduction', () => {
  // Found by central differences: what entered through the reduction alone had gradient 0.
  test.each([
    ['lossWeight', sphereFace2()],
    ['alpha', sphereFace2({ bias: -3 })],
    ['negativeWeight', uniFace()],
  ])('passes its gradient on to %s', (name, loss) => {
    const { slopes } = gradientErrors(
      problemOf({ factory: '', label: '', loss }, 4, { rows: 4, classes: 3, dimension: 3 }),
    )
    expect(slopes[name]).toBeLessThan(1e-8)
    expect(run(loss, { gradients: { parameters: [name] } })[name]).not.toBe(0)
  })

  test('takes tables: a weight for each class and for each sample', () => {
    const weighted = defineLoss({
      name: 'weighted squares',
      citation: '',
      parameters: { share: { default: 1, minimum: 0 }, rare: { scope: 'perClass', maximum: 4 } },
      target: 'cosTheta',
      other: 'cosTheta',
      reduction: { positive: 'rare * (1 - logit)^2', negative: 'share * rare * logit^2' },
    })
    const problem = problemOf(
      { factory: '', label: '', loss: weighted({ share: 'perSample' }) },
      5,
      { rows: 4, classes: 3, dimension: 3 },
    )
    const { values, slopes } = gradientErrors(problem)
    expect(values).toBeLessThan(1e-14)
    expect(Object.keys(slopes)).toEqual(['embeddings', 'classWeights', 'share', 'rare'])
    expect(Math.max(...Object.values(slopes))).toBeLessThan(1e-8)
  })
})

describe('refused with the parameters that have one', () => {
  test.each([
    ['the mean of a draw', elasticArcFace(), 'margin', 'scale'],
    ['the spread of a draw', elasticArcFace(), 'std', 'scale'],
    ['the temperature of the pooling', softTriple(), 'temperature', 'margin, scale'],
  ])('%s', (_, loss, name, allowed) => {
    const error = thrown(ParameterError, () =>
      run(loss, { random: () => 0.5, gradients: { parameters: [name] } }),
    )
    expect(error.message).toContain('has no gradient')
    expect(error).toMatchObject({ argument: `gradients.parameters: ${name}`, allowed })
  })

  test.each(['shift', 'constructor', '__proto__', 'drawnMargin'])('%s, which is none', (name) => {
    const error = thrown(ParameterError, () =>
      run(elasticArcFace(), { random: () => 0.5, gradients: { parameters: [name] } }),
    )
    expect(error.message).toContain('is not a parameter of ElasticFace-Arc')
    expect(error.argument).toBe(`gradients.parameters: ${name}`)
  })
})
