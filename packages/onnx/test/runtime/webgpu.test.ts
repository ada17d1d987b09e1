/** OrtTrainer with ONNX Runtime's WebGPU provider in Chromium, against the same run on the CPU. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cosFace } from '@arcmargin/core'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { openPage } from '../../../../scripts/browser.mjs'
import { exportTrainingStep, OrtTrainer } from '../../src/index.js'
import type { Task, Trained } from '../support/webgpu-page.js'

const [classes, dimension, steps] = [5, 4, 5]
const numbers = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 3 * i))
const optimizer = { kind: 'adamw' } as const
const { bytes: model } = exportTrainingStep(cosFace({ margin: 0.2, scale: 8 }), {
  dimension,
  classes,
  optimizer,
  blockSize: 2,
})
const labels = [0, 4, -1, 2]
const embeddings = numbers(labels.length * dimension, 2)
const batch = { embeddings, labels, learningRate: 0.05 }
const task: Task = { model, classWeights: numbers(classes * dimension, 1), batch, steps }

const inChromium = async (): Promise<Trained> => {
  const { call, close } = await openPage(
    fileURLToPath(new URL('../support/webgpu-page.ts', import.meta.url)),
    {
      flags: ['--enable-unsafe-webgpu'],
      directories: { '/ort': dirname(fileURLToPath(import.meta.resolve('onnxruntime-web'))) },
    },
  )
  try {
    return (await call('train', task)) as Trained
  } finally {
    await close()
  }
}

it('trains as on the CPU; what is kept stays on the GPU', { timeout: 600_000 }, async () => {
  const values = { classWeights: task.classWeights }
  const trainer = await OrtTrainer.create({ ort, model, values })
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    losses.push(Number((await trainer.step(batch)).loss.data[0]))
  }
  const expected = await trainer.export()
  const found = await inChromium()
  for (const [step, loss] of losses.entries()) {
    expect(Math.abs(found.losses[step]! - loss)).toBeLessThan(1e-4 * loss)
  }
  expect(losses.at(-1)).toBeLessThan(0.95 * losses[0]!)
  for (const [name, data] of Object.entries(expected)) {
    const distance = Math.max(...data.map((value, i) => Math.abs(value - found.kept[name]![i]!)))
    expect([name, distance < 1e-4]).toEqual([name, true])
    expect([name, found.locations[name]]).toEqual([name, 'gpu-buffer'])
  }
  expect(found.locations['embeddings']).toBe('cpu')
  await trainer.dispose()
})
