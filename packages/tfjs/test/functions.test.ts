import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it, vi } from 'vitest'
import { angle, cosine, logarithm, mendedLogarithm, sine } from '../src/expression/functions.js'

// The polynomials of GPU backends, on a backend that computes in float32 as they do.
vi.mock('../src/gpu.js', () => ({ isOnGpu: () => true }))
beforeAll(() => tf.setBackend('cpu'))

const worst = (found: tf.Tensor, expected: (i: number) => number): number =>
  Array.from(found.dataSync()).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - expected(i))),
    0,
  )

it('gives sines and cosines to 2e-7 over several turns', () => {
  const x = Float32Array.from({ length: 4001 }, (_, i) => ((i - 2000) / 2000) * 13)
  const points = tf.tensor1d(x)
  expect(worst(sine(points), (i) => Math.sin(x[i] as number))).toBeLessThan(2e-7)
  expect(worst(cosine(points), (i) => Math.cos(x[i] as number))).toBeLessThan(2e-7)
})

it('gives angles from 0 to π to 3e-7, and small ones to their last digits', () => {
  const length = 3001
  const y = Float32Array.from({ length }, (_, i) => Math.abs(Math.sin((Math.PI * i) / 3000)))
  const x = Float32Array.from({ length }, (_, i) => Math.cos((Math.PI * i) / 3000))
  const found = angle(tf.tensor1d(y), tf.tensor1d(x))
  expect(worst(found, (i) => Math.atan2(y[i] as number, x[i] as number))).toBeLessThan(3e-7)
  const small = Float32Array.of(1e-2, 1e-4, 1e-6, 0)
  const ratios = angle(tf.tensor1d(small), tf.ones([4])).dataSync()
  small.forEach((value, i) => {
    const expected = Math.atan(value)
    expect(Math.abs((ratios[i] as number) - expected)).toBeLessThanOrEqual(2e-7 * expected)
  })
})

it('mends a logarithm that is off by 3e-4, and leaves those of 0 and infinity', () => {
  const x = Float32Array.of(1e-30, 1e-3, 0.5, 1, 1.0001, 7, 1e4, 1e30)
  const points = tf.tensor1d(x)
  const found = mendedLogarithm(points, tf.add(tf.log(points), 3e-4)).dataSync()
  x.forEach((value, i) => {
    const expected = Math.log(value)
    const error = Math.abs((found[i] as number) - expected)
    expect(error).toBeLessThan(2e-7 * Math.max(1, Math.abs(expected)))
  })
  const edges = logarithm(tf.tensor1d([0, Number.POSITIVE_INFINITY])).dataSync()
  expect(Array.from(edges)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
})
