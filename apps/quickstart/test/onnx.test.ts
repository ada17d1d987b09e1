import { decodeModel } from '@arcmargin/onnx'
import { beforeAll, expect, test } from 'vitest'
import { experimentOf } from '../src/experiments.js'
import { prepareBackend } from '../src/net/backbone.js'
import { exportVerified, verification } from '../src/onnx/verify.js'
import { tinyBenchmark, tinyRun } from './synthetic.js'

beforeAll(prepareBackend)

test.each(['arcface', 'arcface-noisy-k3', 'supcon'])(
  'a net trained with %s does the same in ONNX Runtime',
  async (key) => {
    const benchmark = tinyBenchmark()
    const { trained } = tinyRun(benchmark, key, 0, 3)
    const { features } = benchmark.unseen
    const network = await exportVerified(trained, experimentOf(key), features)
    expect(network.difference).toBeGreaterThan(0) // other kernels, other rounding
    expect(network.difference).toBeLessThan(1e-5)
    expect([network.pictures, network.otherClass]).toEqual([features.length / 624, 0])
    expect(verification(network)).toContain(`on ${network.pictures} unseen pictures`)
    const { graph, metadataProps } = decodeModel(network.bytes)
    expect(graph.output.map(({ name }) => name)).toEqual(['embedding', 'topScores', 'topClasses'])
    const loss = JSON.parse(metadataProps.find((one) => one.key === 'arcmargin.loss')?.value ?? '')
    expect(loss).toEqual(experimentOf(key).loss)
  },
)
