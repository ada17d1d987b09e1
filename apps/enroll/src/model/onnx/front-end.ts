import type { Draft, NodeProto, TensorProto } from '@arcmargin/onnx'
import { floats, node } from './nodes.js'

const bins = 8

/**
 * The quickstart's front end as nodes, from `pictures` [N, 3, 32, 32] (red, green, blue from 0 to 1) to `features` [N, 624]:
 * histograms of gradient directions on cells of 4×4 pixels, colours on 8×8, greys on 4×4; see its `features.ts`.
 */
export const frontEndNodes: readonly Draft<NodeProto>[] = [
  node('Sub', ['one', 'pictures'], 'ink'),
  node('Conv', ['ink', 'luma'], 'grey'),
  // Differences to the neighbours; the border's missing neighbour is the pixel itself. 'edge' is the mode's name.
  {
    ...node('Pad', ['grey', 'border'], 'padded'),
    attribute: [{ name: 'mode', type: 3, s: new TextEncoder().encode('edge') }],
  },
  node('Conv', ['padded', 'across'], 'dx'),
  node('Conv', ['padded', 'down'], 'dy'),
  node('Mul', ['dx', 'dx'], 'dxdx'),
  node('Mul', ['dy', 'dy'], 'dydy'),
  node('Add', ['dxdx', 'dydy'], 'squared'),
  node('Sqrt', ['squared'], 'strength'),
  // Where nothing changes the direction is anything but 0/0.
  node('Equal', ['squared', 'zero'], 'flat'),
  node('Where', ['flat', 'one', 'dx'], 'run'),
  node('Div', ['dy', 'run'], 'steepness'),
  node('Atan', ['steepness'], 'angle'),
  // Atan gives -π/2 to π/2, the histogram has 0 to π.
  node('Less', ['angle', 'zero'], 'below'),
  node('Where', ['below', 'pi', 'zero'], 'halfTurn'),
  node('Add', ['angle', 'halfTurn'], 'direction'),
  node('Mul', ['direction', 'binsPerRadian'], 'position'),
  // Shares fall linearly with the distance to a bin, around the circle of 8.
  node('Sub', ['position', 'binNumbers'], 'offsetToBin'),
  node('Abs', ['offsetToBin'], 'distance'),
  node('Sub', ['binCount', 'distance'], 'otherWay'),
  node('Min', ['distance', 'otherWay'], 'nearest'),
  node('Sub', ['one', 'nearest'], 'closeness'),
  node('Relu', ['closeness'], 'share'),
  node('Mul', ['strength', 'share'], 'votes'),
  node('AveragePool', ['votes'], 'meanVotes', { kernel_shape: [4, 4], strides: [4, 4] }),
  node('Mul', ['meanVotes', 'cellPixels'], 'cells'),
  // Each cell is divided by the root of the mean energy of the 3×3 cells around it.
  node('Mul', ['cells', 'cells'], 'cellSquares'),
  node('Conv', ['cellSquares', 'sumBins'], 'energy'),
  node('AveragePool', ['energy'], 'localEnergy', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  node('Add', ['localEnergy', 'energyFloor'], 'flooredEnergy'),
  node('Sqrt', ['flooredEnergy'], 'divisor'),
  node('Div', ['cells', 'divisor'], 'edges'),
  node('AveragePool', ['ink'], 'colours', { kernel_shape: [8, 8], strides: [8, 8] }),
  node('AveragePool', ['grey'], 'greys', { kernel_shape: [4, 4], strides: [4, 4] }),
  ...['edges', 'colours', 'greys'].flatMap((name) => [
    node('Transpose', [name], `${name}ByCell`, { perm: [0, 2, 3, 1] }),
    node('Flatten', [`${name}ByCell`], `${name}InRows`),
  ]),
  node('Concat', ['edgesInRows', 'coloursInRows', 'greysInRows'], 'features', { axis: 1 }),
]

/** The constants of {@link frontEndNodes}. */
export const frontEndConstants: readonly Draft<TensorProto>[] = [
  floats('one', [1], []),
  floats('zero', [0], []),
  floats('pi', [Math.PI], []),
  floats('luma', [0.299, 0.587, 0.114], [1, 3, 1, 1]),
  { name: 'border', dims: [8n], dataType: 7, int64Data: [0n, 0n, 1n, 1n, 0n, 0n, 1n, 1n] },
  floats('across', [0, 0, 0, -1, 0, 1, 0, 0, 0], [1, 1, 3, 3]),
  floats('down', [0, -1, 0, 0, 0, 0, 0, 1, 0], [1, 1, 3, 3]),
  floats('binsPerRadian', [bins / Math.PI], []),
  floats(
    'binNumbers',
    Array.from({ length: bins }, (_, bin) => bin),
    [1, bins, 1, 1],
  ),
  floats('binCount', [bins], []),
  floats('cellPixels', [16], []),
  floats('sumBins', new Array(bins).fill(1), [1, bins, 1, 1]),
  floats('energyFloor', [1e-2], []),
]
