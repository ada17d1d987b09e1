import * as core from '@arcmargin/core/pairs'
import * as ort from 'onnxruntime-node'
import { expect } from 'vitest'
import { exportPairGradients, type PairGradientsOptions } from '../../src/pairs/index.js'

/** Outputs of a graph in plain numbers. */
export type Outputs = Readonly<Record<string, ArrayLike<number>>>

const floats = (values: ArrayLike<number>, dims: readonly number[]): ort.Tensor =>
  new ort.Tensor('float32', Float32Array.from(values), dims)

const whole = (values: ArrayLike<number>, dims: readonly number[]): ort.Tensor =>
  new ort.Tensor('int32', Int32Array.from(values), dims)

const rows = (...columns: ArrayLike<number>[]): ort.Tensor => {
  const [first = []] = columns
  const values = Array.from(first, (_, at) => columns.map((column) => column[at] as number))
  return whole(values.flat(), [first.length, columns.length])
}

/** A batch as the graph's inputs; views are rows with one label. */
const feedsOf = (
  { embeddings, labels = [], dimension, views = 1, others, pairs, triplets }: core.PairBatch,
  parameters: Readonly<Record<string, number | ArrayLike<number>>>,
): Record<string, ort.Tensor> => {
  const count = embeddings.length / dimension
  const own = Array.from({ length: count }, (_, row) => {
    const sample = Math.floor(row / views)
    return labels[sample] ?? sample
  })
  const feeds: Record<string, ort.Tensor> = {
    embeddings: floats(embeddings, [count, dimension]),
    labels: whole(own, [count]),
  }
  if (others) {
    const other = others.embeddings.length / dimension
    feeds['others'] = floats(others.embeddings, [other, dimension])
    feeds['others.labels'] = whole(others.labels ?? [...Array(other).keys()], [other])
    feeds['others.self'] = whole(others.self ?? [], [others.self?.length ?? 0])
  }
  if (pairs) {
    feeds['pairs.positives'] = rows(pairs.positives.anchors, pairs.positives.others)
    feeds['pairs.negatives'] = rows(pairs.negatives.anchors, pairs.negatives.others)
  }
  if (triplets) feeds['triplets'] = rows(triplets.anchors, triplets.positives, triplets.negatives)
  for (const [name, value] of Object.entries(parameters)) {
    feeds[`parameters.${name}`] =
      typeof value === 'number' ? floats([value], []) : floats(value, [value.length])
  }
  return feeds
}

/** Loss and gradients of a batch by an exported graph in ONNX Runtime. */
export const byGraph = async (
  loss: core.PairLoss,
  batch: core.PairBatch,
  parameters: Readonly<Record<string, number | ArrayLike<number>>> = {},
  options: Partial<PairGradientsOptions> = {},
): Promise<Outputs> => {
  const { bytes } = exportPairGradients(loss, {
    dimension: batch.dimension,
    blockSize: 4,
    others: batch.others !== undefined,
    self: batch.others?.self !== undefined,
    pairs: batch.pairs !== undefined,
    triplets: batch.triplets !== undefined,
    parameterGradients: Object.keys(parameters),
    ...options,
  })
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 })
  // Learnable ones are inputs, whether their gradients are wanted or not.
  const scalars = Object.entries(loss.parameters).filter(([, value]) => value !== 'perClass')
  const feeds = feedsOf(batch, {
    ...(Object.fromEntries(scalars) as Record<string, number>),
    ...parameters,
  })
  const wanted = session.inputNames.map((name) => [name, feeds[name] as ort.Tensor])
  const results = await session.run(Object.fromEntries(wanted))
  await session.release()
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
  )
}

/** Largest difference in units of the expected array's largest entry. */
const gap = (found: ArrayLike<number> = [], expected: ArrayLike<number> = []): number => {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  const largest = Math.max(1e-6, ...Array.from(expected, Math.abs))
  const differences = Array.from(expected, (value, at) => Math.abs((found[at] as number) - value))
  return Math.max(0, ...differences) / largest
}

/** Numbers that float32 has, so that both sides see the same. */
const rounded = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(Float32Array.from(values))

/** Expects the loss and every gradient of a graph to be core's. */
export const compare = async (
  loss: core.PairLoss,
  given: core.PairBatch,
  parameters: Readonly<Record<string, number | Float64Array>> = {},
  options: Partial<PairGradientsOptions> = {},
): Promise<void> => {
  const { others } = given
  const batch: core.PairBatch = {
    ...given,
    embeddings: rounded(given.embeddings),
    ...(others ? { others: { ...others, embeddings: rounded(others.embeddings) } } : {}),
  }
  const names = Object.keys(parameters)
  const exact = core.pairLoss(loss, batch, {
    parameters,
    ...(options.reduction ? { reduction: options.reduction } : {}),
    gradients: { embeddings: true, others: true, parameters: names },
  })
  const found = await byGraph(loss, batch, parameters, options)
  const error = Math.abs((found['loss']?.[0] as number) - exact.loss)
  expect(error / Math.max(1, Math.abs(exact.loss))).toBeLessThan(3e-6)
  expect(gap(found['embeddings.gradient'], exact.gradients.embeddings)).toBeLessThan(1e-5)
  if (others) expect(gap(found['others.gradient'], exact.gradients.others)).toBeLessThan(1e-5)
  for (const [name, value] of Object.entries(exact.gradients.parameters)) {
    const expected = typeof value === 'number' ? [value] : value
    expect(gap(found[`parameters.${name}.gradient`], expected)).toBeLessThan(2e-5)
  }
}
