/** Losses that core does not have, in every combination of sizes and types. */
import { defineLoss, type Loss, positive, radians } from '@arcmargin/core'
import { Float16Array } from '@petamoriken/float16'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { problemOf } from '../../../core/test/support/problem.js'
import { exportGradients } from '../../src/index.js'
import { differences, feedsOf, inFloat32, runCore } from '../support/compare.js'

/** A curved margin; the other logits see the target's value and their own angle, and a mean over the batch moves on as state. */
const own = defineLoss({
  name: 'Own',
  citation: 'an experiment',
  parameters: { m: radians(0.3), k: positive(2), s: positive(12) },
  row: { hardness: '1 - cosTheta' },
  batch: { mean: { reduce: 'mean', of: 'hardness' } },
  state: { pace: { initial: '0.5', next: '0.9 * pace + 0.1 * mean' } },
  target: 's * (cos(theta + m) - pace * (theta / pi)^k)',
  other: 's * (cosTheta - 0.1 * pace * hardness * sin(theta))',
})

const sizes = [
  { subCenters: 1, classes: true, weightType: 'float32' },
  { subCenters: 3, classes: true, weightType: 'float32' },
  { subCenters: 1, classes: false, weightType: 'float16' },
  { subCenters: 3, classes: false, weightType: 'float16' },
] as const

const losses: readonly (readonly [string, Loss])[] = [
  ['as it is', own()],
  ['with a margin for each class', own({ m: 'perClass' })],
  ['with a margin for each row', own({ m: 'perSample', s: 'perSample' })],
]

test.each(losses.flatMap(([name, loss]) => sizes.map((size) => [name, size, loss] as const)))(
  'a user’s own loss %s, %o',
  async (_, { subCenters, classes, weightType }, loss) => {
    const shape = { rows: 6, classes: 7, dimension: 5 }
    const which = { factory: 'own', label: 'own', loss, subCenters }
    const problem = inFloat32(problemOf(which, 3, shape))
    const half = Float16Array.from(problem.batch.classWeights)
    const classWeights =
      weightType === 'float16' ? Float64Array.from(half) : problem.batch.classWeights
    const batch = { ...problem.batch, classWeights }
    const extras = { parameters: problem.parameters, state: { pace: 0.4 } }
    const { bytes } = exportGradients(loss, {
      dimension: 5,
      subCenters,
      weightType,
      blockSize: 3,
      ...(classes ? { classes: 7 } : {}),
    })
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 })
    const { inputs, shapes } = feedsOf(batch, extras)
    const feeds = session.inputNames.map((name) => {
      const [values, dims] = [inputs[name] ?? [], shapes[name] ?? []]
      if (name === 'labels') return [name, new ort.Tensor('int32', Int32Array.from(values), dims)]
      const halved = name === 'classWeights' && weightType === 'float16'
      if (halved) return [name, new ort.Tensor('float16', new Uint16Array(half.buffer), dims)]
      return [name, new ort.Tensor('float32', Float32Array.from(values), dims)]
    })
    const results = await session.run(Object.fromEntries(feeds))
    const found = Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
    )
    expect(differences(found, runCore(loss, batch, extras), 2e-5)).toEqual([])
    expect(Object.keys(found)).toContain('state.pace.next')
  },
)
