import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { relativeError, sampledError } from '../src/data/error.js'
import { fillClassWeights, readBatch, readClassWeights } from '../src/data/read.js'
import { sampledClasses } from '../src/data/sample.js'
import { writeProblem } from '../src/data/write.js'
import { type Shape, shapeOf } from '../src/shapes.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'arcmargin-bench-test-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

// More class rows than are written at once.
const shape = shapeOf(7, 5, 900, 2)

const readProblem = (from: string, of: Shape) => ({
  ...readBatch(from, of),
  classWeights: readClassWeights(from, of),
})

describe('a problem', () => {
  test('comes back as it was written, the same every time', () => {
    writeProblem(folder, shape, 'random')
    const first = readProblem(folder, shape)
    writeProblem(folder, shape, 'random')
    expect(readProblem(folder, shape)).toEqual(first)
    expect(first.embeddings).toHaveLength(7 * 5)
    expect(first.classWeights).toHaveLength(900 * 2 * 5)
    expect(Math.max(...first.labels)).toBeLessThan(900)
    expect(Math.max(...first.classWeights)).toBeLessThan(1)
    expect(Math.min(...first.classWeights)).toBeLessThan(-0.99)
    expect(new Set(first.classWeights).size).toBeGreaterThan(8900)
  })

  test('that is trained has each embedding half a radian from its class', () => {
    writeProblem(folder, shape, 'trained')
    const { embeddings, classWeights, labels } = readProblem(folder, shape)
    const angle = (a: Float32Array, b: Float32Array): number =>
      Math.acos(
        a.reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0) /
          (Math.hypot(...a) * Math.hypot(...b)),
      )
    for (const [row, label] of labels.entries()) {
      const own = classWeights.subarray(label * 2 * 5, (label * 2 + 1) * 5)
      expect(angle(embeddings.subarray(row * 5, row * 5 + 5), own)).toBeCloseTo(0.5, 6)
    }
  })

  test('that ends early is an error', () => {
    writeProblem(folder, shape, 'random')
    expect(() => readProblem(folder, { ...shape, classes: 901 })).toThrow(/ends before byte/)
  })

  test('gives parts of its class weights', () => {
    writeProblem(folder, shape, 'random')
    const target = new Float32Array(3 * 5)
    fillClassWeights(folder, shape, 1100, target)
    expect(target).toEqual(readClassWeights(folder, shape).slice(1100 * 5, 1103 * 5))
  })
})

describe('relativeError', () => {
  const file = (name: string, values: Float32Array | Float64Array): string => {
    const path = join(folder, name)
    writeFileSync(path, values)
    return path
  }

  test('is |a - b| / |b| over all values, of files longer than a piece too', () => {
    const length = 300_000
    const reference = Float64Array.from({ length }, (_, i) => (i % 7) + 1)
    const actual = Float32Array.from(reference)
    actual[299_999] = (actual[299_999] ?? 0) + 0.5
    const norm = Math.sqrt(reference.reduce((sum, value) => sum + value ** 2, 0))
    expect(relativeError(file('a', actual), file('b', reference))).toBeCloseTo(0.5 / norm, 15)
  })

  test('is absolute where the reference is 0', () => {
    const [actual, reference] = [Float32Array.of(3, 4), Float64Array.of(0, 0)]
    expect(relativeError(file('a', actual), file('b', reference))).toBe(5)
  })

  test('refuses a gradient that is too short', () => {
    const [actual, reference] = [Float32Array.of(3), Float64Array.of(1, 2)]
    expect(() => relativeError(file('a', actual), file('b', reference))).toThrow(/fewer values/)
  })

  test('of some rows is that of these rows alone', () => {
    const reference = file('b', Float64Array.of(9, 9, 1, 2, 9, 9, 3, 4))
    const error = sampledError(file('a', Float32Array.of(1, 2, 3, 5)), reference, [1, 3], 2)
    expect(error).toBeCloseTo(1 / Math.sqrt(30), 15)
    expect(() => sampledError(file('a', Float32Array.of(1, 2)), reference, [4], 2)).toThrow(
      /no row 4/,
    )
  })
})

describe('sampledClasses', () => {
  test('are all up to a quarter of a million, then those of the rows and evenly spaced ones', () => {
    expect(sampledClasses(shapeOf(2, 4, 250_000, 1), [0, 1])).toBeUndefined()
    const sampled = sampledClasses(shapeOf(3, 4, 1_000_000, 1), [999_999, 3, 3]) ?? []
    expect(sampled).toHaveLength(1002)
    expect(sampled.slice(0, 3)).toEqual([0, 3, 1000])
    expect(sampled.at(-1)).toBe(999_999)
  })
})
