/** extractEmbedding: what is left is what the tensor needs. */
import { describe, expect, it } from 'vitest'
import { thrown } from '../../../core/test/support/thrown.js'
import { decodeModel, extractEmbedding, ModelError, toClassifier } from '../../src/index.js'
import { backbone } from '../support/backbone.js'
import { run } from '../support/run.js'

const x = [0.5, -1, 2, 0.25]

describe('extractEmbedding', () => {
  it('takes off a classifier, with its weights', async () => {
    const classWeights = Float32Array.of(1, 0, 0, 0, 1, 0)
    const whole = toClassifier(backbone(), { embedding: 'features', classWeights, dimension: 3 })
    const cut = extractEmbedding(whole, { embedding: 'features' })
    expect(await run(cut, x)).toEqual({ features: (await run(backbone(), x))['features'] })
    const { graph } = decodeModel(cut)
    expect(graph.node.map(({ opType }) => opType)).toEqual(['MatMul', 'Relu'])
    expect(graph.initializer.map(({ name }) => name)).toEqual(['w'])
  })

  it('cuts at a value inside', async () => {
    const cut = extractEmbedding(backbone(), { embedding: 'hidden' })
    expect(await run(cut, x)).toEqual({ hidden: [-2.5, -1.25, 1.25, 2.75, -3.9375, 0.75] })
  })

  it('keeps what only the graphs inside a node read', async () => {
    const [{ type } = {}] = decodeModel(backbone()).graph.output
    const branch = (name: string, input: string) => {
      const output = `${name} result`
      const node = [{ opType: 'Identity', input: [input], output: [output] }]
      return { name, type: 5, g: { name, node, output: [{ name: output, type }] } }
    }
    const yes = { name: 'value', type: 4, t: { dataType: 9, int32Data: [1] } }
    const branches = [branch('then_branch', 'positive'), branch('else_branch', 'hidden')]
    const nodes = [
      { opType: 'Relu', input: ['hidden'], output: ['positive'] },
      { opType: 'Constant', output: ['yes'], attribute: [yes] },
      { opType: 'If', input: ['yes'], output: ['features'], attribute: branches },
    ]
    const cut = extractEmbedding(backbone({ nodes }), { embedding: 'features' })
    expect(await run(cut, x)).toEqual({ features: [0, 0, 1.25, 2.75, 0, 0.75] })
  })

  it('asks for the dimension where the model does not say, and takes it', async () => {
    const model = backbone({ declared: false })
    const error = thrown(ModelError, () => extractEmbedding(model, { embedding: 'hidden' }))
    expect(error.message).toContain('does not declare the shape of hidden')
    const cut = extractEmbedding(model, { embedding: 'hidden', dimension: 3 })
    expect((await run(cut, x))['hidden']?.length).toBe(6)
  })

  it('refuses a tensor that is not there', () => {
    const call = () => extractEmbedding(backbone(), { embedding: 'w' })
    expect(thrown(ModelError, call).message).toContain('allowed: its outputs features, extra')
  })
})
