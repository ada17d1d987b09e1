import { makeNode, makeTensorValueInfo } from '@arcmargin/onnx'
import { modelOf } from './graph.js'

/** One product of two square matrices. */
export const productGraph = (size: number): Uint8Array =>
  modelOf('matrix product', {
    input: [makeTensorValueInfo('a', [size, size]), makeTensorValueInfo('b', [size, size])],
    output: [makeTensorValueInfo('product', [size, size])],
    node: [makeNode('MatMul', ['a', 'b'], 'product')],
  })
