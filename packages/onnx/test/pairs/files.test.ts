import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@arcmargin/core/pairs'
import { expect, test } from 'vitest'
import { pairCases } from '../../../core/test/support/pairs.js'
import { exportPairGradients, exportPairLoss } from '../../src/pairs/index.js'
import type { GraphProto, ModelProto, ValueInfoProto } from '../../src/proto/model.js'

const dimension = 3

test('Python’s onnx package accepts the files; inputs, outputs and nodes are described', () => {
  const files: Record<string, Uint8Array> = {
    loss: exportPairLoss(core.supCon(), { dimension }).bytes,
    pairs: exportPairGradients(core.multiSimilarity(), { dimension, pairs: true }).bytes,
    triplets: exportPairGradients(core.tripletMargin(), { dimension, triplets: true }).bytes,
    memory: exportPairGradients(core.ntXent(), { dimension, others: true, self: true }).bytes,
    table: exportPairGradients(core.marginBeta({ beta: 'perClass' }), { dimension }).bytes,
  }
  for (const [index, { loss, towers = false }] of pairCases.entries()) {
    const options = { dimension, others: towers, parameterGradients: Object.keys(loss.parameters) }
    files[`${index}`] = exportPairGradients(loss, options).bytes
  }
  const folder = mkdtempSync(join(tmpdir(), 'arcmargin-pairs-'))
  try {
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(folder, `${name}.onnx`), bytes)
    }
    const script = fileURLToPath(new URL('../checker/check.py', import.meta.url))
    const lines = execFileSync('/usr/bin/python3', [script, folder], { encoding: 'utf8' })
    const verdicts = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(verdicts).toHaveLength(Object.keys(files).length)
    for (const { file, metadata, ...verdict } of verdicts) {
      expect({ file, ...verdict }).toEqual({ file, undescribed: [], unnamed: 0, untyped: [] })
      const loss = core.pairLossFromJson(metadata['arcmargin.loss'])
      expect(JSON.parse(metadata['arcmargin.parameters'])).toEqual(loss.parameters)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const shapeOf = ({ type }: ValueInfoProto): readonly (number | string)[] =>
  type?.value.case === 'tensorType'
    ? (type.value.value.shape?.dim ?? []).map(({ value }) =>
        value.case === 'dimValue' ? Number(value.value) : String(value.value),
      )
    : []

/** The shapes of all values of the graph and of its bodies. */
const shapesOf = ({ graph }: ModelProto): readonly (readonly (number | string)[])[] => {
  const graphs = (one: GraphProto): GraphProto[] => [
    one,
    ...one.node.flatMap(({ attribute }) => attribute.flatMap(({ g }) => (g ? graphs(g) : []))),
  ]
  return graphs(graph as GraphProto).flatMap(({ input, output, valueInfo }) =>
    [...input, ...output, ...valueInfo].map(shapeOf),
  )
}

test.each([core.supCon(), core.contrastive(), core.circlePooled(), core.nPair()])(
  '$definition.name: no value has a number for each pair of the batch, but of a block of anchors',
  (loss) => {
    const { model } = exportPairGradients(loss, { dimension: 512, rows: 4096 })
    const shapes = shapesOf(model)
    const squares = shapes.filter((shape) => shape.filter((dim) => dim === 'batch').length > 1)
    expect(squares).toEqual([])
    for (const shape of shapes.filter((one) => one.includes('batch') && one.length > 1)) {
      const size = shape.reduce<number>((n, dim) => n * (dim === 'batch' ? 4096 : Number(dim)), 1)
      // Samples themselves are 4096 × 512.
      expect(size).toBeLessThanOrEqual(4096 * 512)
    }
  },
)

test.each<[string, () => unknown, string]>([
  [
    'a dimension',
    () => exportPairLoss(core.supCon(), { dimension: 0 }),
    'dimension is out of range',
  ],
  [
    'an option',
    () => exportPairLoss(core.supCon(), { dimension, classes: 3 } as { dimension: number }),
    'classes is not an option',
  ],
  [
    'a block',
    () => exportPairLoss(core.supCon(), { dimension, blockSize: 0 }),
    'blockSize is out of range',
  ],
  [
    'a reduction',
    () => exportPairLoss(core.supCon(), { dimension, reduction: 'avg' as 'sum' }),
    'reduction is unknown',
  ],
  [
    'a parameter',
    () => exportPairLoss(core.supCon(), { dimension, inputs: ['margin'] }),
    'inputs: margin is not a parameter',
  ],
  [
    'triplets for pairs',
    () => exportPairLoss(core.supCon(), { dimension, triplets: true }),
    'triplets does not go with SupCon',
  ],
  [
    'pairs for triplets',
    () => exportPairLoss(core.tripletMargin(), { dimension, pairs: true }),
    'pairs does not go with Triplet margin',
  ],
  [
    'named triplets with a choice of the hardest',
    () => exportPairLoss(core.tripletMargin({ mining: 'hard' }), { dimension, triplets: true }),
    'triplets does not go with formulas of',
  ],
  [
    'self alone',
    () => exportPairLoss(core.supCon(), { dimension, self: true }),
    'self needs a second set',
  ],
  [
    'a second set with swap',
    () => exportPairLoss(core.tripletMargin({ swap: 'nearer' }), { dimension, others: true }),
    'others does not go with Triplet margin with swap',
  ],
  [
    'a second set for N-pair',
    () => exportPairLoss(core.nPair(), { dimension, others: true }),
    'others does not go with N-pair',
  ],
])('refused: %s', (_, call, message) => {
  expect(call).toThrow(message)
})
