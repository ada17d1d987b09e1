import { encodeModel, makeNode, makeTensor, makeTensorValueInfo } from '@arcmargin/onnx'
import { type PackedLayer, type PackedNet, widths } from '@arcmargin/quickstart/packed-net'
import { pictureSize } from '@arcmargin/quickstart/size'
import { frontEndConstants, frontEndNodes } from './front-end.js'
import { versions } from './versions.js'

const unpacked = ({ weights, scale }: PackedLayer): Float32Array =>
  Float32Array.from(weights, (value, i) => value * (scale[i % scale.length] as number))

const rows = (name: string, dims: readonly number[], about: string) =>
  makeTensorValueInfo(name, ['batch', ...dims], 'float', about)

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
      input: [rows('pictures', [3, size, size], 'Red, green and blue from 0 to 1.')],
      output: [rows('embedding', [embedding], 'Not normalised; compared by cosine.')],
      node: [
        ...frontEndNodes,
        makeNode('Gemm', ['features', 'firstWeights', 'firstOffset'], 'hidden'),
        makeNode('PRelu', ['hidden', 'slope'], 'active'),
        makeNode('Gemm', ['active', 'secondWeights', 'secondOffset'], 'embedding'),
      ],
      initializer: [
        ...frontEndConstants,
        makeTensor('firstWeights', [features, hidden], unpacked(first)),
        makeTensor('firstOffset', [hidden], first.offset),
        makeTensor('slope', [hidden], slope),
        makeTensor('secondWeights', [hidden, embedding], unpacked(second)),
        makeTensor('secondOffset', [embedding], second.offset),
      ],
    },
  })
}
