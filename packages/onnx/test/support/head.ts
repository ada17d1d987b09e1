import { type Draft, decodeModel, encodeModel, type NodeProto } from '../../src/index.js'
import { backbone } from './backbone.js'

/** A head embeddings [n, 3] → absolute, by default |x|. Its inner names are those of the backbone. */
export const headOf = (opset = 17, last?: Draft<NodeProto>): Uint8Array<ArrayBuffer> => {
  const source = decodeModel(backbone({ opset }))
  const [hidden] = source.graph.valueInfo
  return encodeModel({
    ...source,
    metadataProps: [{ key: 'loss', value: 'none' }],
    graph: {
      name: 'head',
      node: [
        { opType: 'Neg', input: ['embeddings'], output: ['hidden'], name: 'product' },
        last ?? { opType: 'Abs', input: ['hidden'], output: ['absolute'] },
      ],
      input: [{ ...hidden, name: 'embeddings' }],
      output: [{ ...hidden, name: 'absolute' }],
    },
  })
}
