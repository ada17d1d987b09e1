/** toClassifier: scores of ONNX Runtime against core's. */
import { arcFace, NonFiniteError, ParameterError, ShapeError } from '@arcmargin/core'
import { cosineScores, topK } from '@arcmargin/core/head'
import { describe, expect, it } from 'vitest'
import { thrown } from '../../../core/test/support/thrown.js'
import { decodeModel, exportLogits, ModelError, toClassifier } from '../../src/index.js'
import { backbone } from '../support/backbone.js'
import { run } from '../support/run.js'

const x = [0.5, -1, 2, 0.25, -0.75, 0.5]
const classWeights = Float32Array.from({ length: 5 * 2 * 3 }, (_, i) => Math.sin(1 + 2 * i))
const options = { embedding: 'features', classWeights, dimension: 3 }
const embeddings = Float32Array.from((await run(backbone(), x))['features']!)

const expectNear = (actual: readonly number[] | undefined, expected: ArrayLike<number>) => {
  expect(actual?.length).toBe(expected.length)
  const distance = Math.max(...actual!.map((value, i) => Math.abs(value - expected[i]!)))
  expect(distance).toBeLessThan(2e-7)
}

describe('toClassifier', () => {
  it.each([1, 2])('gives the cosine scores of core, with %d sub-centers', async (subCenters) => {
    const scores = cosineScores({ embeddings, classWeights, dimension: 3, subCenters })
    const model = toClassifier(backbone(), { ...options, subCenters })
    expectNear((await run(model, x))['scores'], scores)
  })

  it('gives the best classes, largest cosine first', async () => {
    const best = topK({ embeddings, classWeights, dimension: 3 }, 4)
    const result = await run(toClassifier(backbone(), { ...options, topK: 4 }), x)
    expect(result['topClasses']).toEqual([...best.classes])
    expectNear(result['topScores'], best.scores)
  })

  it('does not depend on the lengths of embeddings and class weights, from 1e-20 to 1e18', async () => {
    const { scores } = await run(toClassifier(backbone(), options), x)
    for (const factor of [1e-20, 1e18]) {
      const longer = { ...options, classWeights: classWeights.map((w) => w * factor) }
      const model = toClassifier(backbone(), longer)
      const scaled = x.map((one) => one * factor)
      expectNear((await run(model, scaled))['scores'], scores!)
    }
  })

  it('gives 0 for embeddings and class weights of length 0', async () => {
    const weights = classWeights.slice(0, 6).fill(0, 0, 3)
    const model = toClassifier(backbone(), { ...options, classWeights: weights })
    const { scores } = await run(model, [0, 0, 1, 1])
    expect(scores?.slice(0, 3)).toEqual([0, 0, 0])
    expect(Math.abs(scores![3]!)).toBeGreaterThan(0.01)
  })

  it('keeps the outputs of the backbone unless told otherwise', () => {
    const outputs = (keepOutputs: boolean) =>
      decodeModel(toClassifier(backbone(), { ...options, keepOutputs })).graph.output.map(
        ({ name }) => name,
      )
    expect(outputs(true)).toEqual(['features', 'extra', 'scores'])
    expect(outputs(false)).toEqual(['scores'])
  })

  it('has the nodes of exportLogits', () => {
    const options = { dimension: 3, weights: classWeights, subCenters: 2, topK: 3 }
    const { model } = exportLogits(arcFace(), options)
    const classifier = toClassifier(backbone(), { ...options, embedding: 'features', classWeights })
    const nodes = decodeModel(classifier).graph.node.map(({ opType }) => opType)
    expect(nodes.slice(-model.graph.node.length)).toEqual(
      model.graph.node.map(({ opType }) => opType),
    )
  })

  it('refuses sizes that do not fit, and weights that are no numbers', () => {
    const call = (change: object) => () => toClassifier(backbone(), { ...options, ...change })
    const length = thrown(ShapeError, call({ classWeights: classWeights.slice(1) }))
    expect(length.message).toBe(
      'classWeights has the wrong length (got 29); allowed: a multiple of subCenters · dimension = 3',
    )
    const spoilt = classWeights.slice().fill(Number.NaN, 7, 8)
    const nan = thrown(NonFiniteError, call({ classWeights: spoilt }))
    expect([nan.argument, nan.row]).toEqual(['classWeights', 2])
    expect(thrown(ParameterError, call({ topK: 11 })).allowed).toBe('a whole number from 1 to 10')
    expect(thrown(ParameterError, call({ subCenters: 1.5 })).argument).toBe('subCenters')
    expect(thrown(ModelError, call({ dimension: 2 })).message).toBe(
      "embedding features has the wrong length (got 3); allowed: 2, the head's",
    )
  })
})
