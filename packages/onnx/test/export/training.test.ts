import { adaFace, arcFace, type Loss, uniFace } from '@arcmargin/core'
import { initialState, marginLoss, scalarParameters } from '@arcmargin/core/head'
import { describe, expect, test } from 'vitest'
import { bell, generator, someLabels } from '../../../core/test/support/random.js'
import type { Optimizer } from '../../src/export/options.js'
import { exportTrainingStep } from '../../src/export/training-step.js'
import { type Batch, differences, feedsOf } from '../support/compare.js'
import { optimize, started } from '../support/optimizers.js'
import { load, type Numbers } from '../support/runner.js'

const [rows, classes, dimension, steps] = [6, 10, 8, 100]

/** Batches that return every few steps, with some noise in their labels. */
const batches = (subCenters: number): readonly Batch[] => {
  const random = generator(3)
  const classWeights = bell(random, classes * subCenters * dimension).map(Math.fround)
  return Array.from({ length: 7 }, () => ({
    embeddings: bell(random, rows * dimension).map(Math.fround),
    classWeights,
    labels: someLabels(random, rows, classes).map((label, row) => (row === 5 ? -1 : label)),
    dimension,
    subCenters,
  }))
}

/** The run in core: losses of the steps and class weights at the end. */
const trainInCore = (loss: Loss, data: readonly Batch[], optimizer: Optimizer, rate: number) => {
  const weights = started((data[0] as Batch).classWeights)
  const learnable = Object.entries(loss.definition.parameters).flatMap(([name, { learnable }]) =>
    learnable ? [name] : [],
  )
  const scalars = scalarParameters(loss, classes)
  const trained = learnable.map((name) => started(Float64Array.of(scalars[name] ?? 0)))
  let state = initialState(loss, classes)
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const batch = { ...(data[step % data.length] as Batch), classWeights: weights.values }
    const parameters = Object.fromEntries(
      learnable.map((name, i) => [name, trained[i]?.values[0] ?? 0]),
    )
    const result = marginLoss(loss, batch, { gradients: true, state, parameters })
    losses.push(result.loss)
    state = result.state
    optimize(weights, result.gradients.classWeights ?? [], optimizer, rate, step + 1)
    learnable.forEach((name, i) => {
      const gradient = [Number(result.gradients.parameters[name])]
      const plain = { ...optimizer, weightDecay: 0 }
      optimize(trained[i] ?? weights, gradient, plain, rate, step + 1)
    })
  }
  const found: Record<string, ArrayLike<number>> = { losses, classWeights: weights.values }
  learnable.forEach((name, i) => {
    found[`parameters.${name}`] = trained[i]?.values ?? []
  })
  for (const [name, value] of Object.entries(state)) found[`state.${name}`] = [value]
  return found
}

/** The same run in the graph, whose outputs `x.next` become its inputs `x`. */
const trainInGraph = async (
  loss: Loss,
  data: readonly Batch[],
  optimizer: Optimizer,
  rate: number,
  keepLogits: boolean,
): Promise<Numbers> => {
  const { subCenters } = data[0] as Batch
  const { bytes, model } = exportTrainingStep(loss, {
    dimension,
    classes,
    subCenters,
    optimizer,
    blockSize: 4,
    keepLogits,
  })
  const runner = await load(bytes)
  const shapesOfWeights = feedsOf(data[0] as Batch, { parameters: {}, state: {} })
  let carried: Record<string, ArrayLike<number>> = {
    ...feedsOf(data[0] as Batch, {
      parameters: scalarParameters(loss, classes),
      state: initialState(loss, classes),
    }).inputs,
    learningRate: [rate],
    'optimizer.step': [0],
  }
  const shapes: Record<string, readonly number[]> = { ...shapesOfWeights.shapes }
  for (const { name } of model.graph?.input ?? []) {
    if (!name.startsWith('optimizer.') || name === 'optimizer.step') continue
    const ofWeights = name.split('.').length === 2
    carried[name] = new Float64Array(ofWeights ? classes * subCenters * dimension : 1)
    if (ofWeights) shapes[name] = shapes['classWeights'] ?? []
  }
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const { embeddings, labels } = data[step % data.length] as Batch
    const results = await runner.run({ ...carried, embeddings, labels }, shapes)
    losses.push(results['loss']?.[0] ?? Number.NaN)
    const next = Object.entries(results).flatMap(([name, values]) =>
      name.endsWith('.next') ? [[name.slice(0, -'.next'.length), values] as const] : [],
    )
    carried = { ...carried, ...Object.fromEntries(next) }
  }
  return { ...carried, losses }
}

const optimizers: readonly (readonly [string, Optimizer, number])[] = [
  ['SGD', { kind: 'sgd' }, 0.05],
  ['SGD with momentum and decay', { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 }, 0.02],
  ['Nesterov', { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 1e-3 }, 0.02],
  ['Adam', { kind: 'adam', weightDecay: 1e-3 }, 0.01],
  ['AdamW', { kind: 'adamw', weightDecay: 0.05 }, 0.01],
]

describe.each(optimizers)('%s: 100 steps in the graph are those of core', (_, optimizer, rate) => {
  test.each([
    ['ArcFace, kept', arcFace({ margin: 0.3, scale: 16 }), 1, true],
    ['ArcFace with sub-centers, recomputed', arcFace({ margin: 0.3, scale: 16 }), 2, false],
    ['AdaFace with its state', adaFace({ scale: 16 }), 1, true],
    ['UniFace with its bias', uniFace({ scale: 16 }), 1, false],
  ] as const)('%s', async (_, loss, subCenters, keepLogits) => {
    const data = batches(subCenters)
    const expected = trainInCore(loss, data, optimizer, rate)
    const found = await trainInGraph(loss, data, optimizer, rate, keepLogits)
    const compared = Object.fromEntries(
      Object.keys(expected).map((name) => [name, found[name] ?? []]),
    )
    expect(differences(compared, expected, 2e-5)).toEqual([])
  })
})
