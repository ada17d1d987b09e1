/** Backbones and heads of different operator sets, run in ONNX Runtime before and after. */
import { describe, expect, it } from 'vitest'
import { thrown } from '../../../core/test/support/thrown.js'
import { attachHead, decodeModel, ModelError } from '../../src/index.js'
import { backbone } from '../support/backbone.js'
import { headOf } from '../support/head.js'
import { run } from '../support/run.js'

const x = [0.5, -1, 2, 0.25]
const ints = (name: string, values: readonly bigint[]) => ({ name, type: 7, ints: values })
const int = (name: string, i: bigint) => ({ name, type: 2, i })

describe('attachHead over operator sets', () => {
  it.each([
    ['ReduceMin', 17, 18],
    ['ReduceL2', 13, 20],
    ['ReduceSum', 12, 17],
  ])('writes %s of %d anew for a backbone of %d', async (opType, older, newer) => {
    const attribute = [ints('axes', [1n]), int('keepdims', 1n)]
    const reduce = { opType, input: ['hidden'], output: ['absolute'], attribute }
    const joined = (opset: number) =>
      attachHead(backbone({ opset }), { embedding: 'features', head: headOf(older, reduce) })
    expect(decodeModel(joined(newer)).opsetImport.map(({ version }) => version)).toEqual([
      BigInt(newer),
    ])
    const { absolute } = await run(joined(older), x)
    expect(absolute?.length).toBe(2)
    expect((await run(joined(newer), x))['absolute']).toEqual(absolute)
  })

  it('adds to a Split of 17 its number of parts, from 18 on', async () => {
    const output = ['features', 'b', 'c']
    const split = { opType: 'Split', input: ['hidden'], output, attribute: [int('axis', 1n)] }
    const older = backbone({ nodes: [split], shape: ['n', 1] })
    const model = attachHead(older, { embedding: 'hidden', head: headOf(18) })
    expect((await run(model, x))['features']).toEqual([-2.5, 2.75])
  })

  it('refuses by name what changed its meaning', () => {
    const softmax = { opType: 'Softmax', input: ['hidden'], output: ['features'], name: 'end' }
    const model = (opset: number) => () =>
      attachHead(backbone({ opset, nodes: [softmax] }), { embedding: 'hidden', head: headOf() })
    expect(thrown(ModelError, model(12)).message).toBe(
      'operator Softmax of node "end" cannot go from operator set 12 to 17: it flattened its axes before version 13; allowed: a model exported with operator set 13 or later',
    )
    expect(thrown(ModelError, model(9)).allowed).toBe('11 to 23')
  })
})
