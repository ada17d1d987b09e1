import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { encodeModel, makeNode, makeTensor, makeTensorValueInfo } from '../../src/index.js'

it('makes nodes with attributes, constants of each type and inputs that ONNX Runtime runs', async () => {
  const model = encodeModel({
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: {
      name: 'made',
      input: [makeTensorValueInfo('x', ['rows', 2])],
      node: [
        makeNode('Pad', ['x', 'border'], 'padded', { mode: 'edge' }),
        makeNode('Transpose', ['padded'], 'turned', { perm: [1, 0] }),
        makeNode('Gather', ['turned', 'last'], 'row', { axis: 0 }),
        makeNode('Mul', ['row', 'factor'], 'y'),
      ],
      initializer: [
        makeTensor('border', [4], [0, 0, 1, 0], 'int64'),
        makeTensor('last', [], [1], 'int32'),
        makeTensor('factor', [], [0.5]),
      ],
      output: [makeTensorValueInfo('y', ['columns'], 'float', 'Half of the last column.')],
    },
  })
  const session = await InferenceSession.create(model)
  const x = new Tensor('float32', [1, 2, 3, 4, 5, 6], [3, 2])
  const { y } = await session.run({ x })
  expect([...((y?.data ?? []) as Float32Array)]).toEqual([1, 2, 3, 3])
  await session.release()
})
