import { modelOf, node, tensor } from './graph.js'

/** One product of two square matrices. */
export const productGraph = (size: number): Uint8Array =>
  modelOf('matrix product', {
    input: [tensor('a', [size, size]), tensor('b', [size, size])],
    output: [tensor('product', [size, size])],
    node: [node('MatMul', ['a', 'b'], 'product')],
  })
