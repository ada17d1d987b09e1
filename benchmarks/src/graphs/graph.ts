import { type Draft, encodeModel, type GraphProto } from '@arcmargin/onnx'

/** The bytes of a model, with the operator set of the graphs of this folder. */
export const modelOf = (name: string, graph: Draft<GraphProto>): Uint8Array =>
  encodeModel({
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    producerName: 'arcmargin benchmarks',
    graph: { name, ...graph },
  })
