import { arcFace, cosFace } from '@arcmargin/core'
import { describe, expect, it } from 'vitest'
import { requestDevice } from '../../../scripts/webgpu.mjs'
import { createDesign } from '../src/head/design.js'
import { backwardKernels, forwardKernels, subsetKernels } from '../src/head/kernels.js'
import { defaultTiles } from '../src/head/tiles.js'
import { FeatureError, MarginHead } from '../src/index.js'
import { moduleOf } from '../src/wgsl/module.js'
import { testDevice } from './support/device.js'
import { createProblem, inCore, rowError } from './support/problem.js'

const problem = createProblem(9, 40, 6, { subCenters: 2, ignore: true })
const { classes, dimension, subCenters } = problem
const shape = { classes, dimension, subCenters, weightType: 'float16' } as const
const loss = arcFace({ scale: 8 })

/** Largest step between neighbouring float16 values, relative. */
const spacing = 2 ** -10

describe('weights in float16', () => {
  it('are refused on a device that was requested without the feature', async () => {
    const refused = MarginHead.create(await testDevice(), loss, shape)
    await expect(refused).rejects.toThrow(FeatureError)
    await expect(refused).rejects.toThrow('the device lacks the feature shader-f16')
  })

  it.each(['direct', 'shared'] as const)(
    'are read as float32 and rounded once, where they are stored: %s tiling',
    (tiling) => {
      const tiles = {
        ...{ ...defaultTiles, cosineTiling: tiling },
        ...{ embeddingTiling: tiling, weightTiling: tiling },
      }
      const design = createDesign(loss, dimension, subCenters, [], true)
      const modules = [
        ...forwardKernels(design, tiles),
        ...backwardKernels(design, tiles, { type: 'adamw' }),
        ...subsetKernels(design),
      ].map(moduleOf)
      const halves = modules.filter((code) => /var<storage, \w+> weights: /.test(code))
      expect(halves.length).toBe(5)
      for (const code of halves) {
        expect(code).toMatch(/^enable f16;\n/)
        expect(code).toMatch(/weights: array<(vec4<f16>|array<vec4<f16>, [12]>)>;/)
        const [, body = ''] = code.split('@compute')
        const uses = body.match(/weights\[/g) ?? []
        const casts = body.match(/vec4<f32>\(weights\[|= &weights\[/g) ?? []
        expect(casts.length).toBe(uses.length)
        const runs = body.match(/\(\*(vector\d*|run)\)\[\w+\]/g) ?? []
        const runCasts = body.match(
          /vec4<f32>\(\(\*(vector\d*|run)\)\[\w+\]\)|\(\*run\)\[\w+\] = vec4<f16>\(/g,
        )
        expect(runCasts?.length ?? 0).toBe(runs.length)
      }
    },
  )
})

const device = await requestDevice({ requiredFeatures: ['shader-f16'] }).catch(() => undefined)

// SwiftShader has no float16. VK_DRIVER_FILES names a driver that has: Mesa's lavapipe from version 25 on.
if (device) {
  describe('weights in float16, on a device that has them', () => {
    it('give the gradients of the rounded weights', async () => {
      const head = await MarginHead.create(device, loss, shape)
      head.load(problem.weights)
      const weights = await head.readWeights()
      expect(rowError(weights, problem.weights, dimension)).toBeLessThan(spacing)
      const rounded = { ...problem, weights: Float32Array.from(weights) }
      const { loss: value, gradients } = await head.backward(problem)
      const expected = inCore(loss, rounded)
      expect(Math.abs(value - expected.loss)).toBeLessThan(3e-6 * expected.loss)
      const { embeddings, classWeights } = expected.gradients
      expect(rowError(gradients.embeddings, embeddings, dimension)).toBeLessThan(1e-5)
      expect(rowError(gradients.classWeights, classWeights, dimension)).toBeLessThan(1e-5)
      const top = await head.topK(problem.embeddings, 1)
      expect(top.classes.length).toBe(9)
      head.destroy()
    })

    it.each([{ type: 'sgd', momentum: 0.9 }, { type: 'adamw' }] as const)(
      'step as float32 ones do, up to their rounding: $type',
      async (optimizer) => {
        const half = await MarginHead.create(device, loss, { ...shape, optimizer })
        const whole = await MarginHead.create(device, loss, {
          ...{ classes, dimension, subCenters, optimizer },
        })
        half.load(problem.weights)
        whole.load(await half.readWeights())
        for (const head of [half, whole]) {
          await head.step(problem, { learningRate: 0.05 })
        }
        const [found, expected] = [await half.readWeights(), await whole.readWeights()]
        expect(rowError(found, expected, dimension)).toBeLessThan(spacing)
        expect(whole.memory.bytes).toBeGreaterThan(half.memory.bytes)
        half.destroy()
        whole.destroy()
      },
    )

    it('of a subset move, the others stay', async () => {
      const some = { ...createProblem(5, 40, 6), labels: [4, 9, 4, 17, 0] }
      const optimizer = { type: 'sgd', momentum: 0.9 } as const
      const head = await MarginHead.create(device, cosFace({ scale: 10 }), {
        ...{ classes, dimension, optimizer, weightType: 'float16' },
      })
      head.load(some.weights)
      const before = await head.readWeights()
      const classSubset = [17, 0, 3, 4, 9, 12]
      await head.step(some, { classSubset, learningRate: 1 })
      const after = await head.readWeights()
      for (let label = 0; label < classes; label++) {
        const own = [before, after].map((w) => w.slice(label * dimension, (label + 1) * dimension))
        if (classSubset.includes(label)) expect(own[0]).not.toEqual(own[1])
        else expect(own[0]).toEqual(own[1])
      }
      head.destroy()
    })
  })
}
