import { type Draft, makeNode, makeTensor, type NodeProto, type TensorProto } from '@arcmargin/onnx'

const bins = 8

/**
 * The quickstart's front end as nodes, from `pictures` [N, 3, 32, 32] (red, green, blue from 0 to 1) to `features` [N, 624]:
 * histograms of gradient directions on cells of 4×4 pixels, colours on 8×8, greys on 4×4; see its `features.ts`.
 */
export const frontEndNodes: readonly Draft<NodeProto>[] = [
  makeNode('Sub', ['one', 'pictures'], 'ink'),
  makeNode('Conv', ['ink', 'luma'], 'grey'),
  // Differences to the neighbours; the border's missing neighbour is the pixel itself.
  makeNode('Pad', ['grey', 'border'], 'padded', { mode: 'edge' }),
  makeNode('Conv', ['padded', 'across'], 'dx'),
  makeNode('Conv', ['padded', 'down'], 'dy'),
  makeNode('Mul', ['dx', 'dx'], 'dxdx'),
  makeNode('Mul', ['dy', 'dy'], 'dydy'),
  makeNode('Add', ['dxdx', 'dydy'], 'squared'),
  makeNode('Sqrt', ['squared'], 'strength'),
  // Where nothing changes the direction is anything but 0/0.
  makeNode('Equal', ['squared', 'zero'], 'flat'),
  makeNode('Where', ['flat', 'one', 'dx'], 'run'),
  makeNode('Div', ['dy', 'run'], 'steepness'),
  makeNode('Atan', ['steepness'], 'angle'),
  // Atan gives -π/2 to π/2, the histogram has 0 to π.
  makeNode('Less', ['angle', 'zero'], 'below'),
  makeNode('Where', ['below', 'pi', 'zero'], 'halfTurn'),
  makeNode('Add', ['angle', 'halfTurn'], 'direction'),
  makeNode('Mul', ['direction', 'binsPerRadian'], 'position'),
  // Shares fall linearly with the distance to a bin, around the circle of 8.
  makeNode('Sub', ['position', 'binNumbers'], 'offsetToBin'),
  makeNode('Abs', ['offsetToBin'], 'distance'),
  makeNode('Sub', ['binCount', 'distance'], 'otherWay'),
  makeNode('Min', ['distance', 'otherWay'], 'nearest'),
  makeNode('Sub', ['one', 'nearest'], 'closeness'),
  makeNode('Relu', ['closeness'], 'share'),
  makeNode('Mul', ['strength', 'share'], 'votes'),
  makeNode('AveragePool', ['votes'], 'meanVotes', { kernel_shape: [4, 4], strides: [4, 4] }),
  makeNode('Mul', ['meanVotes', 'cellPixels'], 'cells'),
  // Each cell is divided by the root of the mean energy of the 3×3 cells around it.
  makeNode('Mul', ['cells', 'cells'], 'cellSquares'),
  makeNode('Conv', ['cellSquares', 'sumBins'], 'energy'),
  makeNode('AveragePool', ['energy'], 'localEnergy', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  makeNode('Add', ['localEnergy', 'energyFloor'], 'flooredEnergy'),
  makeNode('Sqrt', ['flooredEnergy'], 'divisor'),
  makeNode('Div', ['cells', 'divisor'], 'edges'),
  makeNode('AveragePool', ['ink'], 'colours', { kernel_shape: [8, 8], strides: [8, 8] }),
  makeNode('AveragePool', ['grey'], 'greys', { kernel_shape: [4, 4], strides: [4, 4] }),
  ...['edges', 'colours', 'greys'].flatMap((name) => [
    makeNode('Transpose', [name], `${name}ByCell`, { perm: [0, 2, 3, 1] }),
    makeNode('Flatten', [`${name}ByCell`], `${name}InRows`),
  ]),
  makeNode('Concat', ['edgesInRows', 'coloursInRows', 'greysInRows'], 'features', { axis: 1 }),
]

/** The constants of {@link frontEndNodes}. */
export const frontEndConstants: readonly Draft<TensorProto>[] = [
  makeTensor('one', [], [1]),
  makeTensor('zero', [], [0]),
  makeTensor('pi', [], [Math.PI]),
  makeTensor('luma', [1, 3, 1, 1], [0.299, 0.587, 0.114]),
  makeTensor('border', [8], [0, 0, 1, 1, 0, 0, 1, 1], 'int64'),
  makeTensor('across', [1, 1, 3, 3], [0, 0, 0, -1, 0, 1, 0, 0, 0]),
  makeTensor('down', [1, 1, 3, 3], [0, -1, 0, 0, 0, 0, 0, 1, 0]),
  makeTensor('binsPerRadian', [], [bins / Math.PI]),
  makeTensor(
    'binNumbers',
    [1, bins, 1, 1],
    Array.from({ length: bins }, (_, bin) => bin),
  ),
  makeTensor('binCount', [], [bins]),
  makeTensor('cellPixels', [], [16]),
  makeTensor('sumBins', [1, bins, 1, 1], new Array(bins).fill(1)),
  makeTensor('energyFloor', [], [1e-2]),
]
