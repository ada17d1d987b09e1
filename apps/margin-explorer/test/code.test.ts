import { arcFace, circle, combined, type Loss, magFace, sphereFaceR } from '@arcmargin/core'
import { marginLoss } from '@arcmargin/core/head'
import * as tf from '@tensorflow/tfjs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { requestDevice } from '../../../scripts/webgpu.mjs'
import { anglesTo, curveOf } from '../src/model/curve.js'
import { definitionOf } from '../src/model/definition.js'
import { onnxOf, onnxText } from '../src/model/languages/onnx.js'
import { javascriptOf, tfjsOf } from '../src/model/languages/scripts.js'
import { wgslOf } from '../src/model/languages/wgsl.js'
import { ownLoss } from '../src/model/losses.js'
import { fromFragment, initialSettings, toFragment } from '../src/model/settings.js'

const theta = anglesTo(97)

const own = (formula: string): Loss => {
  const result = ownLoss({ ...initialSettings, own: formula })
  if (!('loss' in result)) throw new Error(result.message)
  return result.loss
}

/** Runs the generated function, as a visitor who copied it would. */
const run = (code: string): ((angle: number) => { target: number; slope: number }) =>
  new Function('featureNorm', 'weightNorm', `${code}\nreturn targetLogit`)(1, 1)

const losses = [
  ['ArcFace', arcFace()],
  ['SphereFace-R', sphereFaceR()],
  ['the combined margin, mirrored', combined({ pastPi: 'mirror' })],
  ['MagFace', magFace()],
  ['circle', circle()],
  [
    'operations that losses seldom use',
    own('min(abs(theta - 2), clamp(theta, 1, 2)) - max(0, -sigmoid(theta)) ^ 3'),
  ],
  ['signs', own('-(-theta) - -2 * theta - (1 - (2 - theta)) / -softplus(-theta)')],
  [
    'a margin typed by a visitor',
    own('select(theta < 1, exp(-theta), log(theta + 1) - sqrt(theta))'),
  ],
] as const satisfies readonly (readonly [string, Loss])[]

describe('generated JavaScript', () => {
  it.each(losses)('of %s computes what core computes', (_, loss) => {
    const { target, slope } = curveOf(loss, theta)
    const generated = run(javascriptOf(loss))
    for (const [i, angle] of theta.entries()) {
      const result = generated(angle)
      expect(result.target).toBeCloseTo(target[i] as number, 9)
      expect(result.slope).toBeCloseTo(slope[i] as number, 9)
    }
  })
})

describe('generated TensorFlow.js', () => {
  it.each(losses)('of %s computes what core computes', async (_, loss) => {
    await tf.setBackend('cpu')
    const code = tfjsOf(loss).replace(/^import .*$/m, '')
    const generated = new Function('tf', 'featureNorm', 'weightNorm', `${code}\nreturn targetLogit`)
    const result = generated(tf, 1, 1)(tf.tensor1d(Float32Array.from(theta)))
    const { target, slope } = curveOf(loss, Float64Array.from(Float32Array.from(theta)))
    const size = Math.max(...target.map(Math.abs), ...slope.map(Math.abs))
    for (const [values, expected] of [
      [result.target.dataSync(), target],
      [result.slope.dataSync(), slope],
    ]) {
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(value - values[i % values.length])).toBeLessThan(4e-6 * size)
      }
    }
  })
})

describe('generated WGSL', () => {
  it('computes what core computes on a WebGPU device', async () => {
    const device = await requestDevice()
    const loss = own('select(theta < 1, cos(theta + m2), cosTheta - 0.2 * theta^2)')
    const code = `${wgslOf(loss)}
@group(0) @binding(0) var<storage, read> angles: array<f32>;
@group(0) @binding(1) var<storage, read_write> results: array<vec2f>;
@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) {
  results[id.x] = targetLogit(angles[id.x]);
}`
    // The flags of GPUBufferUsage and GPUMapMode, which Node does not have: storage, copies, reading.
    const [storage, copySource, copyTarget, mapRead] = [128, 4, 8, 1]
    const angles = device.createBuffer({ size: 4 * theta.length, usage: storage | copyTarget })
    const results = device.createBuffer({ size: 8 * theta.length, usage: storage | copySource })
    const read = device.createBuffer({ size: 8 * theta.length, usage: copyTarget | mapRead })
    device.queue.writeBuffer(angles, 0, Float32Array.from(theta))
    const module = device.createShaderModule({ code })
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module },
    })
    const entries = [angles, results].map((buffer, binding) => ({ binding, resource: { buffer } }))
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries })
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, group)
    pass.dispatchWorkgroups(theta.length)
    pass.end()
    encoder.copyBufferToBuffer(results, 0, read, 0, 8 * theta.length)
    device.queue.submit([encoder.finish()])
    await read.mapAsync(1)
    const values = new Float32Array(read.getMappedRange().slice(0))
    device.destroy()
    const { target, slope } = curveOf(loss, Float64Array.from(Float32Array.from(theta)))
    for (const i of theta.keys()) {
      expect(Math.abs((values[2 * i] as number) - (target[i] as number))).toBeLessThan(2e-4)
      expect(Math.abs((values[2 * i + 1] as number) - (slope[i] as number))).toBeLessThan(2e-4)
    }
  })
})

describe('the ONNX model', () => {
  const loss = own('cos(theta + m2) - 0.1')

  it('computes what core computes', async () => {
    const [rows, classes, dimension] = [3, 5, 512]
    const embeddings = Float32Array.from({ length: rows * dimension }, (_, i) => Math.sin(i * i))
    const classWeights = Float32Array.from({ length: classes * dimension }, (_, i) =>
      Math.cos(i * i),
    )
    const labels = [4, 0, 2]
    const session = await InferenceSession.create(onnxOf(loss).bytes)
    const results = await session.run({
      embeddings: new Tensor('float32', embeddings, [rows, dimension]),
      classWeights: new Tensor('float32', classWeights, [classes, dimension]),
      labels: new Tensor('int32', Int32Array.from(labels), [rows]),
    })
    const expected = marginLoss(loss, { embeddings, classWeights, labels, dimension }).loss
    expect(Math.abs(Number(results['loss']?.data[0]) / expected - 1)).toBeLessThan(1e-5)
  })

  it('is shown with every node and input', () => {
    const { model } = onnxOf(loss)
    const text = onnxText(loss)
    for (const { output, opType } of model.graph?.node ?? []) {
      expect(text).toContain(`${output.join(', ')} = ${opType}`)
    }
    expect(text).toContain('float[batch,512] embeddings')
  })
})

describe('the definition', () => {
  it('has the visitor’s formula and the parameters that it uses', () => {
    const code = definitionOf({ ...initialSettings, own: 'cos(theta + m2)' })
    expect(code).toContain('target: "scale * (cos(theta + m2))"')
    expect(code).toContain('m2: { default: 0.4 },\n    scale: { default: 64 },')
    expect(code).not.toMatch(/m1|m3/)
  })
})

describe('the link', () => {
  it('brings back every setting', () => {
    const settings = {
      ...initialSettings,
      arc: 0.75,
      pastPi: 'mirror' as const,
      own: 'cos(theta) - 50 % & #',
      read: 12,
    }
    expect(fromFragment(toFragment(settings))).toEqual(settings)
    expect(toFragment(initialSettings)).toBe('')
  })

  it('with anything else in it shows the start', () => {
    expect(
      fromFragment('arc=99&m1=x&scale=&pastPi=constructor&cos=NaN&__proto__=1&read=Infinity'),
    ).toEqual(initialSettings)
  })
})
