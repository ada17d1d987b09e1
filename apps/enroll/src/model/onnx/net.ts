import { encodeModel } from '@arcmargin/onnx'
import { type PackedLayer, type PackedNet, widths } from '@arcmargin/quickstart/packed-net'
import { pictureSize } from '@arcmargin/quickstart/size'
import { frontEndConstants, frontEndNodes } from './front-end.js'
import { floats, node, rows, versions } from './nodes.js'

const unpacked = ({ weights, scale }: PackedLayer): Float32Array =>
  Float32Array.from(weights, (value, i) => value * (scale[i % scale.length] as number))

/** Front end and net as one model: `pictures` [N, 3, 32, 32], red, green and blue from 0 to 1, to `embedding` [N, 64]. */
export const netModel = (net: PackedNet): Uint8Array<ArrayBuffer> => {
  const { first, slope, second } = net
  const { features, hidden, embedding } = widths
  const size = pictureSize
  return encodeModel({
    ...versions,
    producerName: 'Arcmargin enroll',
    graph: {
      name: 'picture embedding',
      docString: 'Gradient histograms and colours, then a net trained with ArcFace on emoji.',
      input: [rows('pictures', 'Red, green and blue from 0 to 1.', [3, size, size])],
      output: [rows('embedding', 'Not normalised; compared by cosine.', [embedding])],
      node: [
        ...frontEndNodes,
        node('Gemm', ['features', 'firstWeights', 'firstOffset'], 'hidden'),
        node('PRelu', ['hidden', 'slope'], 'active'),
        node('Gemm', ['active', 'secondWeights', 'secondOffset'], 'embedding'),
      ],
      initializer: [
        ...frontEndConstants,
        floats('firstWeights', unpacked(first), [features, hidden]),
        floats('firstOffset', first.offset),
        floats('slope', slope),
        floats('secondWeights', unpacked(second), [hidden, embedding]),
        floats('secondOffset', second.offset),
      ],
    },
  })
}
