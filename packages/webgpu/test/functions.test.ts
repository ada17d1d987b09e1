import { beforeAll, describe, expect, it } from 'vitest'
import { functions } from '../src/wgsl/functions.js'
import { runOnce, testDevice } from './support/device.js'

let device: GPUDevice

beforeAll(async () => {
  device = await testDevice()
})

/** 65536 numbers from a to b, evenly spaced. */
const evenly = (a: number, b: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: 1 << 16 }, (_, i) => a + ((b - a) * i) / ((1 << 16) - 1))

/** 65536 numbers whose logarithms are evenly spaced from 10^a to 10^b. */
const byPowers = (a: number, b: number): Float32Array<ArrayBuffer> =>
  evenly(a, b).map((power) => 10 ** power)

const evaluate = (expression: string, values: Float32Array<ArrayBuffer>): Promise<Float32Array> =>
  runOnce(
    device,
    `${functions}
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = values[id.x];
  values[id.x] = ${expression};
}`,
    values,
  )

/** Largest error in units of the last place of a float32 result, or of a result of size `floor` where that is larger. */
const worstUlp = async (
  expression: string,
  exact: (x: number) => number,
  values: Float32Array<ArrayBuffer>,
  floor = 1e-37,
): Promise<number> => {
  const found = await evaluate(expression, values)
  let worst = 0
  values.forEach((x, i) => {
    const expected = exact(x)
    const ulp = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(expected), floor))) - 23)
    worst = Math.max(worst, Math.abs((found[i] as number) - expected) / ulp)
  })
  return worst
}

describe('functions in WGSL against float64, in units of the last place', () => {
  it('ln, where the exponent outweighs the fraction, and around 1', async () => {
    expect(await worstUlp('ln(x)', Math.log, byPowers(-37, 38))).toBeLessThan(4)
    expect(await worstUlp('ln(x)', Math.log, evenly(0.5, 2))).toBeLessThan(4)
  })

  it('ln1p keeps the digits of small numbers', async () => {
    expect(await worstUlp('ln1p(x)', Math.log1p, byPowers(-36, 38))).toBeLessThan(4)
  })

  it('exponential', async () => {
    expect(await worstUlp('exponential(x)', Math.exp, evenly(-87.3, 88))).toBeLessThan(6)
    expect(await worstUlp('exponential(x)', Math.exp, evenly(-1, 1))).toBeLessThan(3)
    const ends = Float32Array.of(-1e30, -88, -87.8, 0, 1e30)
    const [none, far, near, one, most] = await evaluate('exponential(x)', ends)
    expect([none, far, near, one]).toEqual([0, 0, 0, 1])
    expect(most).toBeCloseTo(Math.exp(88), -33)
  })

  it('sine and cosine over four turns; near their zeros the error is that of numbers near 1e-2', async () => {
    expect(await worstUlp('sine(x)', Math.sin, evenly(-26, 26), 1e-2)).toBeLessThan(8)
    expect(await worstUlp('cosine(x)', Math.cos, evenly(-26, 26), 1e-2)).toBeLessThan(8)
  })

  it('angleOf, over [0, π] and close to both ends', async () => {
    const fromSine = (sine: string, cosine: string): string => `angleOf(${sine}, ${cosine})`
    expect(
      await worstUlp(
        fromSine('x', '1 - x'),
        (x) => Math.atan2(x, Math.fround(1 - x)),
        evenly(0, 2),
      ),
    ).toBeLessThan(4)
    expect(
      await worstUlp(fromSine('x', '1'), (x) => Math.atan2(x, 1), byPowers(-30, 0)),
    ).toBeLessThan(4)
    expect(
      await worstUlp(fromSine('x', '-1'), (x) => Math.atan2(x, -1), byPowers(-30, 0)),
    ).toBeLessThan(4)
  })

  it('power, with whole and broken exponents', async () => {
    expect(await worstUlp('power(x, 3)', (x) => x ** 3, evenly(-4, 4))).toBeLessThan(4)
    expect(await worstUlp('power(x, -2)', (x) => x ** -2, byPowers(-10, 10))).toBeLessThan(5)
    expect(await worstUlp('power(x, 2.5)', (x) => x ** 2.5, byPowers(-3, 3))).toBeLessThan(40)
    expect(await evaluate('power(x, 0.5)', Float32Array.of(0, -1))).toEqual(Float32Array.of(0, 0))
    // Beyond 64 by the exponential, whose argument's last place is one of 1e-5.
    expect(await worstUlp('power(x, 81)', (x) => x ** 81, evenly(-2, 2), 1e-30)).toBeLessThan(150)
    expect(await worstUlp('power(x, 100)', (x) => x ** 100, evenly(-2, 2), 1e-30)).toBeLessThan(150)
    expect(await worstUlp('power(x, -71)', (x) => x ** -71, evenly(-2, -0.5))).toBeLessThan(150)
  })

  it('sigmoid and softplus, without overflow', async () => {
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
    expect(await worstUlp('sigmoid(x)', sigmoid, evenly(-80, 80))).toBeLessThan(8)
    expect(await worstUlp('softplus(x)', softplus, evenly(-80, 80))).toBeLessThan(8)
  })
})
