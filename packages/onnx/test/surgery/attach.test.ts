/** attachHead: what two graphs that know nothing of each other may have in common. */
import { describe, expect, it } from 'vitest'
import { thrown } from '../../../core/test/support/thrown.js'
import { attachHead, decodeModel, ModelError } from '../../src/index.js'
import { backbone } from '../support/backbone.js'
import { headOf } from '../support/head.js'
import { run } from '../support/run.js'

const x = [0.5, -1, 2, 0.25]
const { features = [] } = await run(backbone(), x)

const attach = (model: Uint8Array, head = headOf(), embedding = 'features') =>
  attachHead(model, { embedding, head })

const relu = { opType: 'Relu', input: ['hidden'], output: ['positive'] }

describe('attachHead', () => {
  it('computes head after backbone where both use the same names', async () => {
    const result = await run(attach(backbone()), x)
    expect(result['absolute']).toEqual(features)
    expect(result['features']).toEqual(features)
    expect(Object.keys(result)).toEqual(['features', 'extra', 'absolute'])
  })

  it('takes a value inside the backbone', async () => {
    const { absolute } = await run(attach(backbone(), headOf(), 'hidden'), x)
    expect(absolute).toEqual([2.5, 1.25, 1.25, 2.75, 3.9375, 0.75])
  })

  it('prefixes an output that the backbone has too, and finds a prefix that is free', async () => {
    const result = await run(attach(attach(backbone())), x)
    const names = ['features', 'extra', 'absolute', 'head2/absolute']
    expect(Object.keys(result)).toEqual(names)
    expect(result['head2/absolute']).toEqual(features)
  })

  it.each([
    ['float16', 10n],
    ['double', 11n],
  ] as const)('casts embeddings of %s', async (type, to) => {
    const attribute = [{ name: 'to', type: 2, i: to }]
    const cast = { opType: 'Cast', input: ['positive'], output: ['features'], attribute }
    const model = attachHead(backbone({ nodes: [relu, cast], type }), {
      embedding: 'features',
      head: headOf(),
      keepOutputs: false,
    })
    const { absolute = [] } = await run(model, x)
    expect(absolute.map((value) => Number(value.toFixed(2)))).toEqual(
      features.map((value) => Number(value.toFixed(2))),
    )
  })

  it('flattens embeddings of shape [N, D, 1, 1]', async () => {
    const attribute = [{ name: 'value_ints', type: 7, ints: [-1n, 3n, 1n, 1n] }]
    const shape = { opType: 'Constant', output: ['shape'], attribute }
    const reshape = { opType: 'Reshape', input: ['positive', 'shape'], output: ['features'] }
    const model = backbone({ nodes: [relu, shape, reshape], shape: ['n', 3, 1, 1] })
    expect((await run(attach(model), x))['absolute']).toEqual(features)
  })

  it('knows the batch as one dimension, and the metadata of both', () => {
    const { graph, metadataProps } = decodeModel(attach(backbone()))
    const batches = graph.output.map(({ type }) =>
      type?.value.case === 'tensorType' ? type.value.value.shape?.dim[0]?.value.value : undefined,
    )
    expect(batches).toEqual(['n', 'n', 'n'])
    expect(metadataProps.map(({ key }) => key)).toEqual(['author', 'loss'])
  })
})

describe('attachHead refuses', () => {
  it('a tensor that is not there, listing the outputs', () => {
    const error = thrown(ModelError, () => attach(backbone(), headOf(), 'feature'))
    expect(error.message).toBe(
      'embedding is not a tensor of the model (got feature); allowed: its outputs features, extra, or any value inside',
    )
  })

  it('an input that the head does not have', () => {
    const options = { embedding: 'features', head: headOf(), input: 'y' }
    expect(thrown(ModelError, () => attachHead(backbone(), options)).message).toContain(
      '(got y); allowed: embeddings',
    )
  })

  it('embeddings of integers, and of another length', () => {
    const integers = backbone({ type: 'int64' })
    expect(thrown(ModelError, () => attach(integers)).message).toContain('got int64')
    const shorter = () => attach(backbone(), headOf(), 'extra')
    expect(thrown(ModelError, shorter).message).toContain('(got 2); allowed: 3')
  })
})
